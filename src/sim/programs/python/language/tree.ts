/** What a program is made of, as far as vethlab runs it. Lines count from 1. */
export type Expression = { readonly line: number } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null; readonly isFloat?: boolean; readonly isBytes?: boolean }
  | { readonly kind: 'format'; readonly parts: readonly (string | FormatPart)[] }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly (readonly [operator: string, Expression])[] }
  | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
  | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'slice'; readonly object: Expression; readonly from: Expression | undefined; readonly to: Expression | undefined }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly args: readonly Expression[];
      readonly named: readonly (readonly [string, Expression])[];
    }
);

/** A replacement field of an f-string. */
export interface FormatPart {
  readonly value: Expression;
  readonly conversion: string;
  readonly spec: string;
}

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

export interface Handler {
  readonly line: number;
  readonly types: Expression | undefined;
  readonly name: string | undefined;
  readonly body: readonly Statement[];
}

export type Statement = { readonly line: number } & (
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
  | { readonly kind: 'augment'; readonly target: Expression; readonly operator: string; readonly value: Expression }
  | { readonly kind: 'import'; readonly module: string; readonly as: string }
  | { readonly kind: 'from'; readonly module: string; readonly names: readonly (readonly [name: string, as: string])[] }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[] }
  | { readonly kind: 'for'; readonly target: Expression; readonly items: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'def';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Statement[];
      readonly decorators: readonly Expression[];
    }
  | { readonly kind: 'return' | 'raise'; readonly value: Expression | undefined }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly Handler[];
      readonly otherwise: readonly Statement[];
      readonly last: readonly Statement[];
    }
  | { readonly kind: 'global'; readonly names: readonly string[] }
  | { readonly kind: 'pass' | 'break' | 'continue' }
);
