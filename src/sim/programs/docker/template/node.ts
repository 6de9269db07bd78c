// The parse tree of text/template (text/template/parse/node.go), and how messages write its nodes.

interface At {
  readonly position: number;
}

export interface DotNode extends At {
  readonly kind: 'dot' | 'nil';
}
export interface BoolNode extends At {
  readonly kind: 'bool';
  readonly value: boolean;
}
/** A constant: what it may be (an int, a float, a complex number), and how it is written. */
export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  /** Its value as an integer; bigint, since uint64 goes beyond what a double holds. */
  readonly int: bigint | undefined;
  readonly float: number | undefined;
  /** The imaginary part of `2i`, or of `1+2i` whose real part is `float`. */
  readonly imaginary: number | undefined;
}
export interface StringNode extends At {
  readonly kind: 'string';
  /** With its quotes. */
  readonly quoted: string;
  readonly value: string;
}
export interface FieldNode extends At {
  readonly kind: 'field';
  readonly path: readonly string[];
}
/** `$x.a.b`: the first name has its `$`. */
export interface VariableNode extends At {
  readonly kind: 'variable';
  readonly path: readonly string[];
}
/** Fields of what is no field itself: `(f x).a.b`. */
export interface ChainNode extends At {
  readonly kind: 'chain';
  readonly of: Operand;
  readonly path: readonly string[];
}
export interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly name: string;
}
export interface CommandNode extends At {
  readonly kind: 'command';
  readonly args: readonly Operand[];
}
export interface PipeNode extends At {
  readonly kind: 'pipe';
  readonly assigns: boolean;
  readonly variables: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}
export type Operand = DotNode | BoolNode | NumberNode | StringNode | FieldNode | VariableNode | ChainNode | IdentifierNode | PipeNode;

export interface TextNode extends At {
  readonly kind: 'text';
  readonly text: string;
}
export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}
export interface BranchNode extends At {
  readonly kind: 'if' | 'range' | 'with';
  readonly pipe: PipeNode;
  readonly list: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}
export interface LoopNode extends At {
  readonly kind: 'break' | 'continue';
}
export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export type Statement = TextNode | ActionNode | BranchNode | LoopNode | TemplateNode;

export type Node = Operand | CommandNode | Statement;

/** A node as it would be written, for messages. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'variable':
      return node.path.join('.');
    case 'identifier':
      return node.name;
    case 'chain':
      return `${argument(node.of)}${node.path.map((name) => `.${name}`).join('')}`;
    case 'command':
      return node.args.map(argument).join(' ');
    case 'pipe': {
      const commands = node.commands.map(describeNode).join(' | ');
      if (node.variables.length === 0) return commands;
      return `${node.variables.map(describeNode).join(', ')} ${node.assigns ? '=' : ':='} ${commands}`;
    }
    case 'text':
      return node.text;
    case 'action':
      return `{{${describeNode(node.pipe)}}}`;
    case 'template':
      return `{{template "${node.name}"${node.pipe === undefined ? '' : ` ${describeNode(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    default:
      return `{{${node.kind} ${describeNode(node.pipe)}}}${node.list.map(describeNode).join('')}${
        node.otherwise === undefined ? '' : `{{else}}${node.otherwise.map(describeNode).join('')}`
      }{{end}}`;
  }
}

function argument(node: Operand): string {
  return node.kind === 'pipe' ? `(${describeNode(node)})` : describeNode(node);
}
