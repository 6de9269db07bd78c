import type { Expr, Program } from './ast.ts';

/** The first function that is called and not defined. */
export function undefinedFunction(program: Program): string | undefined {
  let missing: string | undefined;
  const visit = (node: unknown): void => {
    if (missing !== undefined || node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    const call = node as Partial<Extract<Expr, { kind: 'call' }>>;
    if (call.kind === 'call' && call.name !== undefined && !program.functions.has(call.name)) missing = call.name;
    for (const value of Object.values(node)) visit(value);
  };
  visit(program.rules);
  for (const fn of program.functions.values()) visit(fn.body);
  return missing;
}
