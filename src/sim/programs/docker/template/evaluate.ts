// Evaluating a template's pipelines, fields and functions (text/template/exec.go, Go 1.19).

import { utf8 } from '../../../base/utf8.ts';
import { BUILTIN_FUNCTIONS, FunctionError, type GoFunction, indirect, indirectInterface, isTrue, VALUE } from './functions.ts';
import { quoteGo } from './lex.ts';
import { type CommandNode, describeNode, type Node, type NumberNode, type Operand, type PipeNode, type VariableNode } from './node.ts';
import type { Template } from './parse.ts';
import { Printer } from './print.ts';
import { TemplateError } from './template-error.ts';
import {
  BOOL,
  COMPLEX128,
  canBeNil,
  elemOf,
  entriesOf,
  FLOAT64,
  fieldOf,
  type GoType,
  type GoValue,
  goInt,
  goString,
  isAssignable,
  isNumber,
  isSigned,
  isUnsigned,
  type MaybeValue,
  methodOf,
  STRING,
  zeroOf,
} from './value.ts';

export interface ExecutionOptions {
  /** Beyond those of every template. */
  readonly functions: ReadonlyMap<string, GoFunction>;
  /** A map that has no such key is an error (`missingkey=error`), not `<no value>`. */
  readonly missingKeyIsError?: boolean;
}

/** What a pipeline hands to its next command; absent at its first. */
interface Final {
  readonly value: MaybeValue;
}

export interface Variable {
  readonly name: string;
  value: MaybeValue;
}

/** Finds the values of a template's expressions, in the place that its execution has come to. */
export class Evaluator {
  protected readonly template: Template;
  protected readonly printer = new Printer();
  /** The template that is executed, and what of it. */
  protected name: string;
  protected node: Node | undefined;
  protected variables: Variable[] = [];
  readonly #options: ExecutionOptions;

  constructor(template: Template, options: ExecutionOptions) {
    this.template = template;
    this.#options = options;
    this.name = template.name;
  }

  protected fail(message: string): never {
    const before = this.template.text.slice(0, this.node?.position ?? 0);
    const line = before.split('\n').length;
    const column = utf8(before.slice(before.lastIndexOf('\n') + 1)).length;
    const at = this.node === undefined ? '' : `at <${describeNode(this.node)}>: `;
    throw new TemplateError(`template: ${this.template.name}:${line}:${column}: executing ${quoteGo(this.name)} ${at}${message}`);
  }

  protected pipeline(dot: MaybeValue, pipe: PipeNode): MaybeValue {
    this.node = pipe;
    let final: Final | undefined;
    for (const command of pipe.commands) final = { value: indirectInterface(this.#command(dot, command, final)) };
    const value = final?.value;
    for (const { path } of pipe.variables) {
      if (pipe.assigns) this.#variable(path[0] as string).value = value;
      else this.variables.push({ name: path[0] as string, value });
    }
    return value;
  }

  #variable(name: string): Variable {
    return this.variables.findLast((variable) => variable.name === name) ?? this.fail(`undefined variable: ${name}`);
  }

  #command(dot: MaybeValue, command: CommandNode, final: Final | undefined): MaybeValue {
    const first = command.args[0] as Operand;
    switch (first.kind) {
      case 'field':
        this.node = first;
        return this.#fields(dot, dot, first, first.path, command.args, final);
      case 'chain':
        this.node = first;
        return this.#fields(dot, this.#argument(dot, VALUE, first.of), first, first.path, command.args, final);
      case 'identifier':
        this.node = first;
        return this.#function(dot, first.name, command, command.args, final);
      case 'pipe':
        this.#notAFunction(command.args, final);
        return this.pipeline(dot, first);
      case 'variable':
        return this.#variableFields(dot, first, command.args, final);
    }
    this.node = first;
    this.#notAFunction(command.args, final);
    if (first.kind === 'dot') return dot;
    if (first.kind === 'nil') this.fail('nil is not a command');
    return this.#constant(first);
  }

  #notAFunction(args: readonly Operand[], final: Final | undefined): void {
    if (args.length > 1 || final !== undefined) this.fail(`can't give argument to non-function ${describeNode(args[0] as Operand)}`);
  }

  #constant(node: Operand): GoValue {
    this.node = node;
    if (node.kind === 'bool') return { type: BOOL, data: node.value };
    if (node.kind === 'string') return goString(node.value);
    const number = node as NumberNode;
    if (number.imaginary !== undefined) {
      const part = (data: number): GoValue => ({ type: FLOAT64, data });
      return { type: COMPLEX128, data: [part(number.float ?? 0), part(number.imaginary)] };
    }
    const isFloat = /[.eEpP]/.test(number.text) && !/^[-+]?0[xX][^pP]*$/.test(number.text) && !number.text.startsWith("'");
    if (isFloat) return { type: FLOAT64, data: number.float ?? 0 };
    if (number.int === undefined || number.int >= 2n ** 63n) this.fail(`${number.text} overflows int`);
    return goInt(Number(number.int));
  }

  #variableFields(dot: MaybeValue, node: VariableNode, args: readonly Operand[], final: Final | undefined): MaybeValue {
    this.node = node;
    const { value } = this.#variable(node.path[0] as string);
    if (node.path.length > 1) return this.#fields(dot, value, node, node.path.slice(1), args, final);
    this.#notAFunction(args, final);
    return value;
  }

  #fields(
    dot: MaybeValue,
    from: MaybeValue,
    node: Node,
    path: readonly string[],
    args: readonly Operand[],
    final: Final | undefined,
  ): MaybeValue {
    let receiver = from;
    for (const [i, name] of path.entries())
      receiver =
        i < path.length - 1 ? this.#field(dot, name, node, [], undefined, receiver) : this.#field(dot, name, node, args, final, receiver);
    return receiver;
  }

  #field(dot: MaybeValue, name: string, node: Node, args: readonly Operand[], final: Final | undefined, given: MaybeValue): MaybeValue {
    if (given === undefined) {
      if (this.#options.missingKeyIsError) this.fail(`nil data; no entry for key ${quoteGo(name)}`);
      return undefined;
    }
    const typeName = given.type.name;
    const target = indirect(given);
    const receiver = target.value as GoValue;
    if (receiver.type.kind === 'interface') this.fail(`nil pointer evaluating ${typeName}.${name}`);
    const found = methodOf(receiver, name);
    if (found !== undefined) {
      const { method } = found;
      const call: GoFunction = {
        parameters: method.parameters,
        call: (values) => method.call(found.receiver, values as readonly GoValue[]),
      };
      return this.#invoke(dot, call, false, node, name, args, final);
    }
    const hasArguments = args.length > 1 || final !== undefined;
    if (receiver.type.kind === 'struct') {
      const own = fieldOf(receiver, name);
      if (own.found) {
        if (own.value === undefined) this.fail(`nil pointer evaluating ${typeName}.${name}`);
        if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
        return own.value;
      }
    } else if (receiver.type.kind === 'map' && receiver.type.key?.kind === 'string' && isAssignable(STRING, receiver.type.key)) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      const value = entriesOf(receiver).get(name);
      if (value === undefined && this.#options.missingKeyIsError) this.fail(`map has no entry for key ${quoteGo(name)}`);
      return value;
    } else if (receiver.type.kind === 'ptr') {
      const to = receiver.type.elem as GoType;
      if (to.kind !== 'struct' || fieldOf(zeroOf(to), name).found) this.fail(`nil pointer evaluating ${typeName}.${name}`);
    }
    return this.fail(`can't evaluate field ${name} in type ${typeName}`);
  }

  #function(dot: MaybeValue, name: string, node: Node, args: readonly Operand[], final: Final | undefined): MaybeValue {
    const own = this.#options.functions.get(name);
    const call = own ?? BUILTIN_FUNCTIONS.get(name) ?? this.fail(`${quoteGo(name)} is not a defined function`);
    return this.#invoke(dot, call, own === undefined, node, name, args, final);
  }

  #invoke(
    dot: MaybeValue,
    call: GoFunction,
    isBuiltin: boolean,
    node: Node,
    name: string,
    words: readonly Operand[],
    final: Final | undefined,
  ): MaybeValue {
    const args = words.slice(1);
    const given = args.length + (final === undefined ? 0 : 1);
    const wanted = call.parameters.length;
    if (call.variadic !== undefined) {
      if (given < wanted) this.fail(`wrong number of args for ${name}: want at least ${wanted} got ${args.length}`);
    } else if (given !== wanted) this.fail(`wrong number of args for ${name}: want ${wanted} got ${given}`);
    if (isBuiltin && (name === 'and' || name === 'or')) {
      let value: MaybeValue;
      for (const arg of args) {
        value = this.#argument(dot, VALUE, arg);
        if (isTrue(indirectInterface(value)) === (name === 'or')) return value;
      }
      return final === undefined ? value : this.#validate(final.value, VALUE);
    }
    const typeAt = (i: number) => call.parameters[i] ?? (call.variadic as GoType);
    const values = args.map((arg, i) => this.#argument(dot, typeAt(i), arg));
    if (final !== undefined) values.push(this.#validate(final.value, typeAt(args.length)));
    try {
      return call.call(values, this.printer);
    } catch (thrown) {
      if (!(thrown instanceof FunctionError)) throw thrown;
      this.node = node;
      return this.fail(`error calling ${name}: ${thrown.message}`);
    }
  }

  /** May this value stand where that type is wanted? A pointer may stand for what it points to. */
  #validate(value: MaybeValue, type: GoType): MaybeValue {
    if (type === VALUE) return value;
    if (value === undefined) return canBeNil(type) ? zeroOf(type) : this.fail(`invalid value; expected ${type.name}`);
    if (isAssignable(value.type, type)) return value;
    const inner = elemOf0(value);
    if (value.type.kind === 'interface' && inner !== undefined && isAssignable(inner.type, type)) return inner;
    if (value.type.kind === 'ptr' && isAssignable(value.type.elem as GoType, type))
      return inner ?? this.fail(`dereference of nil pointer of type ${type.name}`);
    const shown = value.type.kind === 'interface' ? (inner ?? value) : value;
    return this.fail(`wrong type for value; expected ${type.name}; got ${shown.type.name}`);
  }

  #argument(dot: MaybeValue, type: GoType, node: Operand): MaybeValue {
    this.node = node;
    switch (node.kind) {
      case 'dot':
        return this.#validate(dot, type);
      case 'nil':
        if (type === VALUE) return undefined;
        return canBeNil(type) ? zeroOf(type) : this.fail(`cannot assign nil to ${type.name}`);
      case 'field':
        return this.#validate(this.#fields(dot, dot, node, node.path, [node], undefined), type);
      case 'variable':
        return this.#validate(this.#variableFields(dot, node, [], undefined), type);
      case 'pipe':
        return this.#validate(this.pipeline(dot, node), type);
      case 'identifier':
        return this.#validate(this.#function(dot, node.name, node, [], undefined), type);
      case 'chain':
        return this.#validate(this.#fields(dot, this.#argument(dot, VALUE, node.of), node, node.path, [node], undefined), type);
    }
    if (type.kind === 'interface') return this.#constant(node);
    const expected =
      type.kind === 'bool' ? 'bool' : type.kind === 'string' ? 'string' : isSigned(type.kind) ? 'integer' : 'unsigned integer';
    if (node.kind === type.kind) return { ...this.#constant(node), type };
    if (node.kind === 'number' && isNumber(type.kind)) {
      if (type.kind === 'float64' && node.float !== undefined) return { type, data: node.float };
      if (node.int !== undefined && (isSigned(type.kind) || (isUnsigned(type.kind) && node.int >= 0n)))
        return { type, data: Number(node.int) };
    }
    return this.fail(`expected ${type.kind === 'float64' ? 'float' : expected}; found ${describeNode(node)}`);
  }
}

function elemOf0(value: GoValue): MaybeValue {
  return value.type.kind === 'interface' || value.type.kind === 'ptr' ? elemOf(value) : undefined;
}
