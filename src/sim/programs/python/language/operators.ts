import { percentFormat } from './format.ts';
import { Bytes, Float, List, raise, Tuple, typeName, type Value } from './values.ts';

/** `+ - * / // % **` of two values. */
export function arithmetic(operator: string, a: Value, b: Value): Value {
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== undefined && y !== undefined) return numbers(operator, x, y, a instanceof Float || b instanceof Float);
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    if (a instanceof Bytes && b instanceof Bytes) return new Bytes(a.text + b.text);
    if (a instanceof List && b instanceof List) return new List([...a.items, ...b.items]);
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items]);
    if (typeof a === 'string') return raise('TypeError', `can only concatenate str (not "${typeName(b)}") to str`);
  }
  if (operator === '*' && typeof a === 'string' && y !== undefined) return a.repeat(Math.max(0, y));
  return raise('TypeError', `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

function numeric(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined;
}

function numbers(operator: string, x: number, y: number, isFloat: boolean): Value {
  const made = (value: number): Value => (isFloat ? new Float(value) : value);
  switch (operator) {
    case '+':
      return made(x + y);
    case '-':
      return made(x - y);
    case '*':
      return made(x * y);
    case '**':
      return isFloat || y < 0 ? new Float(x ** y) : x ** y;
    case '/':
      return y === 0 ? raise('ZeroDivisionError', isFloat ? 'float division by zero' : 'division by zero') : new Float(x / y);
    case '//':
      return y === 0 ? raise('ZeroDivisionError', 'integer division or modulo by zero') : made(Math.floor(x / y));
    case '%':
      return y === 0 ? raise('ZeroDivisionError', 'integer modulo by zero') : made(x - y * Math.floor(x / y));
    default:
      return raise('TypeError', `unsupported operand type(s) for ${operator}: 'int' and 'int'`);
  }
}
