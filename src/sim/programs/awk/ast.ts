/** An expression of an awk program. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** `/re/` standing alone: `$0 ~ /re/`. */
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'index'; readonly name: string; readonly subscripts: readonly Expr[] }
  | { readonly kind: 'field'; readonly index: Expr }
  | { readonly kind: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expr }
  | { readonly kind: 'increment'; readonly target: Target; readonly delta: 1 | -1; readonly prefix: boolean }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | '+'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'concat'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'match'; readonly negated: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'in'; readonly subscripts: readonly Expr[]; readonly name: string }
  | { readonly kind: 'ternary'; readonly condition: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'builtin'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly kind: 'getline';
      readonly target: Target | undefined;
      readonly from: 'main' | 'file' | 'command';
      readonly source: Expr | undefined;
    }
  | { readonly kind: 'group'; readonly items: readonly Expr[] };

/** What may be assigned to. */
export type Target = Extract<Expr, { kind: 'variable' | 'index' | 'field' }>;

export interface Redirect {
  readonly mode: '>' | '>>' | '|';
  readonly to: Expr;
}

export type Stmt =
  | { readonly kind: 'expr'; readonly expr: Expr }
  | { readonly kind: 'print'; readonly args: readonly Expr[]; readonly redirect: Redirect | undefined }
  | { readonly kind: 'printf'; readonly args: readonly Expr[]; readonly redirect: Redirect | undefined }
  | { readonly kind: 'if'; readonly condition: Expr; readonly yes: Stmt; readonly no: Stmt | undefined }
  | { readonly kind: 'while'; readonly condition: Expr; readonly body: Stmt }
  | { readonly kind: 'do'; readonly body: Stmt; readonly condition: Expr }
  | {
      readonly kind: 'for';
      readonly init: Stmt | undefined;
      readonly condition: Expr | undefined;
      readonly update: Stmt | undefined;
      readonly body: Stmt;
    }
  | { readonly kind: 'for-in'; readonly variable: string; readonly array: string; readonly body: Stmt }
  | { readonly kind: 'block'; readonly body: readonly Stmt[] }
  | { readonly kind: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly kind: 'exit' | 'return'; readonly value: Expr | undefined }
  | { readonly kind: 'delete'; readonly name: string; readonly subscripts: readonly Expr[] | undefined };

export interface Rule {
  /** BEGIN, END, or patterns: none (every record), one, or two (a range). */
  readonly pattern: 'BEGIN' | 'END' | readonly Expr[];
  /** Absent: print the record. */
  readonly action: Stmt | undefined;
}

export interface Func {
  readonly name: string;
  readonly params: readonly string[];
  readonly body: Stmt;
}

export interface Program {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, Func>;
}

/** What is wrong with a program's text. */
export class AwkSyntaxError {
  readonly message: string;
  readonly line: number;
  constructor(message: string, line: number) {
    this.message = message;
    this.line = line;
  }
}
