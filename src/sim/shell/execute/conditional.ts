import type { Sys } from '../../machine/process.ts';
import { fileComparison, unaryTest } from '../builtins/test-operators.ts';
import { ExpansionFailed } from '../control-flow.ts';
import { evaluateExpanded, expandPattern, expandRegex, expandText } from '../expansion/expand.ts';
import { matches } from '../expansion/pattern.ts';
import { quotedIfNeeded } from '../expansion/quote.ts';
import { posixRegExp } from '../expansion/regex.ts';
import type { TestExpression } from '../grammar.ts';
import type { Shell } from '../shell.ts';
import { traceLine } from './trace.ts';

/** [[ … ]]: 0 true, 1 false, 2 a mistake. */
export function* evaluateConditional(shell: Shell, expression: TestExpression): Sys<number> {
  try {
    const value = yield* evaluate(shell, expression);
    return value === 'invalid' ? 2 : value ? 0 : 1;
  } catch (thrown) {
    if (thrown instanceof ExpansionFailed && !thrown.fatal) return 1;
    throw thrown;
  }
}

function* evaluate(shell: Shell, node: TestExpression): Sys<boolean | 'invalid'> {
  switch (node.type) {
    case 'TestGroup':
      return yield* evaluate(shell, node.expression);
    case 'TestNot': {
      const value = yield* evaluate(shell, node.operand);
      return value === 'invalid' ? value : node.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical': {
      let value: boolean | 'invalid' = node.operator === '&&';
      for (const operand of node.operands) {
        value = yield* evaluate(shell, operand);
        if (value === 'invalid' || value !== (node.operator === '&&')) return value;
      }
      return value;
    }
    case 'TestUnary': {
      const operand = yield* expandText(shell, node.operand);
      if (shell.option('xtrace')) yield* traceLine(shell, `[[ ${node.operator} ${quotedIfNeeded(operand)} ]]`);
      return yield* unaryTest(shell, node.operator, operand);
    }
    case 'TestBinary':
      return yield* evaluateBinary(shell, node);
  }
}

function* evaluateBinary(shell: Shell, node: Extract<TestExpression, { type: 'TestBinary' }>): Sys<boolean | 'invalid'> {
  const left = yield* expandText(shell, node.left);
  const { operator } = node;
  const trace = function* (right: string): Sys<void> {
    if (shell.option('xtrace')) yield* traceLine(shell, `[[ ${quotedIfNeeded(left)} ${operator} ${right} ]]`);
  };
  switch (operator) {
    case '==':
    case '=':
    case '!=': {
      const pattern = yield* expandPattern(shell, node.right);
      yield* trace(pattern === '' ? "''" : pattern);
      return matches(pattern, left, { extglob: true, ignoreCase: shell.shopts.has('nocasematch') }) === (operator !== '!=');
    }
    case '=~': {
      const source = yield* expandRegex(shell, node.right);
      yield* trace(source);
      return matchRegex(shell, left, source);
    }
    case '<':
    case '>': {
      const right = yield* expandText(shell, node.right);
      yield* trace(quotedIfNeeded(right));
      return operator === '<' ? left < right : left > right;
    }
    case '-nt':
    case '-ot':
    case '-ef': {
      const right = yield* expandText(shell, node.right);
      yield* trace(quotedIfNeeded(right));
      return fileComparison(shell, operator, left, right);
    }
  }
  const right = yield* expandText(shell, node.right);
  yield* trace(quotedIfNeeded(right));
  const a = yield* evaluateExpanded(shell, left, '[[: ');
  const b = yield* evaluateExpanded(shell, right, '[[: ');
  return compareNumbers(operator, a, b);
}

export function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function matchRegex(shell: Shell, text: string, source: string): boolean | 'invalid' {
  const regExp = posixRegExp(source, shell.shopts.has('nocasematch'));
  if (regExp === undefined) return 'invalid';
  const match = regExp.exec(text);
  shell.vars.setList('BASH_REMATCH', match === null ? [] : match.map((group) => group ?? ''));
  return match !== null;
}
