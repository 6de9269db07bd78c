/**
 * `npm run check:yields`: finds calls of generators whose result is thrown away. In the simulator a process is a
 * generator, so `sleep(p, 1)` without `yield*` makes a generator that never runs: the compiler accepts it.
 */
import ts from 'typescript';

const config = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.sim.json',
  { incremental: false },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
if (config === undefined) throw new Error('tsconfig.sim.json cannot be read');
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

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

let calls = 0;
let forgotten = 0;
for (const file of program.getSourceFiles()) {
  if (file.isDeclarationFile || file.fileName.includes('/node_modules/')) continue;
  const visit = (node: ts.Node): void => {
    const call = unusedCall(node);
    if (call !== undefined) {
      calls++;
      if (isGenerator(checker.getTypeAtLocation(call))) {
        forgotten++;
        const { line, character } = file.getLineAndCharacterOfPosition(call.getStart());
        console.error(
          `${file.fileName}:${line + 1}:${character + 1} a generator is made and never run: write \`yield* ${call.getText().split('\n')[0]}\``,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
console.log(`${calls} calls whose result is unused, ${forgotten} of them a generator`);
process.exitCode = forgotten > 0 ? 1 : 0;
