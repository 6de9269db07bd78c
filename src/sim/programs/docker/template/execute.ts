// The execution of a template (text/template/exec.go, Go 1.19).

import { Evaluator, type ExecutionOptions, type Variable } from './evaluate.ts';
import { indirect, indirectInterface, isTrue } from './functions.ts';
import { quoteGo } from './lex.ts';
import type { BranchNode, Node, Statement } from './node.ts';
import type { Template } from './parse.ts';
import { TemplateError } from './template-error.ts';
import { entriesOf, type GoType, type GoValue, goInt, itemsOf, type MaybeValue, sortedKeys } from './value.ts';

export interface Execution {
  /** What was printed, also if an error ended it. */
  readonly output: string;
  readonly error: TemplateError | undefined;
}

/** Executes a template for a value. */
export function executeTemplate(template: Template, dot: MaybeValue, options: ExecutionOptions): Execution {
  const run = new Run(template, options);
  try {
    run.walkTop(dot);
    return { output: run.output, error: undefined };
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    return { output: run.output, error: thrown };
  }
}

/** Go allows 100000 calls of templates inside each other; we have less stack. */
const MAX_DEPTH = 1_000;
type Jump = 'break' | 'continue' | undefined;

class Run extends Evaluator {
  output = '';
  #depth = 0;

  walkTop(dot: MaybeValue): void {
    // What is passed as interface{} is what it holds.
    const value = indirectInterface(dot);
    this.variables = [{ name: '$', value }];
    this.#walkAll(value, this.template.root);
  }

  #walkAll(dot: MaybeValue, list: readonly Statement[]): Jump {
    for (const statement of list) {
      const jump = this.#walk(dot, statement);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #walk(dot: MaybeValue, node: Statement): Jump {
    this.node = node;
    switch (node.kind) {
      case 'text':
        this.output += node.text;
        return undefined;
      case 'action': {
        const value = this.pipeline(dot, node.pipe);
        if (node.pipe.variables.length === 0) this.#print(node, value);
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'template':
        this.#call(dot, node);
        return undefined;
      case 'range':
        return this.#range(dot, node);
      default:
        return this.#branch(dot, node);
    }
  }

  #print(node: Node, value: MaybeValue): void {
    this.node = node;
    const target = value?.type.kind === 'ptr' ? indirect(value).value : value;
    this.output += target === undefined ? '<no value>' : this.printer.sprint([target]);
  }

  #branch(dot: MaybeValue, node: BranchNode): Jump {
    const mark = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    let jump: Jump;
    if (isTrue(indirectInterface(value))) jump = this.#walkAll(node.kind === 'with' ? value : dot, node.list);
    else if (node.otherwise !== undefined) jump = this.#walkAll(dot, node.otherwise);
    this.variables.length = mark;
    return jump;
  }

  #range(dot: MaybeValue, node: BranchNode): Jump {
    const before = this.variables.length;
    const value = indirect(this.pipeline(dot, node.pipe)).value;
    // From here on `break` is ours.
    const mark = this.variables.length;
    const elements = this.#elements(value);
    for (const [index, element] of elements) {
      const count = node.pipe.variables.length;
      if (count > 0) (this.variables[mark - 1] as Variable).value = element;
      if (count > 1) (this.variables[mark - 2] as Variable).value = index;
      const jump = this.#walkAll(element, node.list);
      this.variables.length = mark;
      if (jump === 'break') break;
    }
    const jump = elements.length === 0 && node.otherwise !== undefined ? this.#walkAll(dot, node.otherwise) : undefined;
    this.variables.length = before;
    return jump;
  }

  #elements(value: MaybeValue): (readonly [GoValue, GoValue])[] {
    if (value === undefined) return [];
    switch (value.type.kind) {
      case 'slice':
      case 'array':
        return itemsOf(value).map((item, i) => [goInt(i), item]);
      case 'map':
        return sortedKeys(value).map((key) => [{ type: value.type.key as GoType, data: key }, entriesOf(value).get(key) as GoValue]);
      default:
        return this.fail(`range can't iterate over ${this.printer.sprint([value])}`);
    }
  }

  #call(dot: MaybeValue, node: Extract<Statement, { kind: 'template' }>): void {
    const list = node.name === this.template.name ? this.template.root : this.template.defined.get(node.name);
    if (list === undefined) this.fail(`template ${quoteGo(node.name)} not defined`);
    if (++this.#depth > MAX_DEPTH) this.fail('exceeded maximum template depth (100000)');
    const value = node.pipe === undefined ? undefined : this.pipeline(dot, node.pipe);
    const [name, variables] = [this.name, this.variables];
    [this.name, this.variables] = [node.name, [{ name: '$', value }]];
    this.#walkAll(value, list);
    [this.name, this.variables] = [name, variables];
    this.#depth--;
  }
}
