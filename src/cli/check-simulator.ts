/**
 * `npm run check:simulator`: what the compiler accepts and the simulator must not do.
 *
 * - A call of a generator whose result is thrown away: in the simulator a process is a generator, so `sleep(p, 1)`
 *   without `yield*` makes one that never runs.
 * - A clock, chance or promise of the host's: the same lab, seed and input would no longer give the same bytes.
 */
import ts from 'typescript';

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
const config = ts.getParsedCommandLineOfConfigFile('tsconfig.sim.json', { incremental: false }, host);
if (config === undefined) throw new Error('tsconfig.sim.json cannot be read');
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();

/** A call that stands alone, or behind `void`: nobody uses what it returns. */
function unusedCall(node: ts.Node): ts.CallExpression | undefined {
  if (!ts.isExpressionStatement(node)) return undefined;
  const expression = ts.isVoidExpression(node.expression) ? node.expression.expression : node.expression;
  return ts.isCallExpression(expression) ? expression : undefined;
}

function isGenerator(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(isGenerator);
  return type.getSymbol()?.getName() === 'Generator';
}

function forgottenYield(node: ts.Node): string | undefined {
  const call = unusedCall(node);
  if (call === undefined || !isGenerator(checker.getTypeAtLocation(call))) return undefined;
  return `a generator is made and never run: write \`yield* ${call.getText().split('\n')[0]}\``;
}

function ofTheHost(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`;
    if (name === 'Math.random') return 'randomness comes from the lab’s seed: take a random source as an argument';
    if (name === 'Date.now') return 'time is virtual: take the world’s clock as an argument';
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) {
    return 'time is virtual: say which moment this date is';
  }
  const asynchronous = ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword;
  if (asynchronous || (ts.isNewExpression(node) && node.expression.getText() === 'Promise')) {
    return 'nothing in the simulator is asynchronous: a process waits by yielding';
  }
  return undefined;
}

let looked = 0;
let wrong = 0;
for (const file of program.getSourceFiles()) {
  if (file.isDeclarationFile || file.fileName.includes('/node_modules/')) continue;
  looked++;
  const visit = (node: ts.Node): void => {
    const message = forgottenYield(node) ?? ofTheHost(node);
    if (message !== undefined) {
      wrong++;
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
      console.error(`${file.fileName}:${line + 1}:${character + 1}\n    ${message}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
console.log(`${looked} files of the simulator and the course, ${wrong} mistakes`);
process.exitCode = wrong > 0 || looked === 0 ? 1 : 0;
