import type { Block, Config } from './config.ts';
import { ConfigError } from './syntax.ts';
import { isVariable, references } from './variables.ts';

/** Directives whose values have variables, and from which argument on. */
const FROM: Readonly<Record<string, number>> = {
  return: 0,
  rewrite: 1,
  set: 1,
  if: 0,
  add_header: 1,
  proxy_set_header: 1,
  proxy_pass: 0,
  log_format: 1,
  root: 0,
  alias: 0,
  try_files: 0,
  error_page: 1,
  index: 0,
};

/** Throws a {@link ConfigError} about the first variable that nothing sets (ngx_http_variables_init_vars). */
export function checkVariables(config: Config): void {
  const text = config.files.map((file) => file.text).join('\n');
  const named = [...text.matchAll(/\(\?P?<(\w+)>/g)].map(([, name]) => name as string);
  const known = new Set([...named, ...setNames(config.main)]);
  check(config.main, known);
}

function setNames(block: Block): string[] {
  return block.directives.flatMap((directive) => [
    ...(directive.name === 'set' ? [(directive.args[0] as string).replace(/^\$/, '')] : []),
    ...(directive.block ? setNames(directive.block) : []),
  ]);
}

function check(block: Block, known: ReadonlySet<string>): void {
  for (const { name, args, block: inner } of block.directives) {
    const from = block.letter === 'T' ? undefined : FROM[name];
    const values = from === undefined ? [] : args.slice(from);
    // What an `if` compares with by an expression is no value.
    const expression = name === 'if' ? values.findIndex((word) => /^!?~\*?$/.test(word)) : -1;
    for (const value of expression < 0 ? values : values.slice(0, expression)) {
      for (const reference of references(value)) {
        if (!isVariable(reference, known)) throw new ConfigError(`unknown "${reference}" variable`);
      }
    }
    if (inner) check(inner, known);
  }
}
