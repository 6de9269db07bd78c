/**
 * `npm run check:layers`: holds every import against the layers of .dependency-cruiser.cjs, and makes sure that
 * it looked at something: with a TypeScript it cannot read, dependency-cruiser reports success on nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** What this check reads of dependency-cruiser's report. */
interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name?: string; readonly comment?: string }[] };
  };
}

const folders = ['src', 'exercises'].filter((folder) => existsSync(folder));

function cruise(): Cruise {
  const run = spawnSync(
    process.execPath,
    ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', ...folders, '--output-type', 'json'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no report: ${run.stderr}`);
  return JSON.parse(run.stdout) as Cruise;
}

const { modules, summary } = cruise();

const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<![.]d)[.]tsx?$/.test(name))
    .map((name) => `${folder}/${name}`),
);
const seen = new Map(modules.map((module) => [module.source, module.dependencies.length]));
const unseen = files.filter((file) => !seen.has(file));
const imports = files.reduce((sum, file) => sum + (seen.get(file) ?? 0), 0);

for (const { from, to, rule, cycle } of summary.violations) {
  const reason = summary.ruleSetUsed.forbidden.find(({ name }) => name === rule.name)?.comment;
  console.error(`${from}\n    imports ${cycle?.map(({ name }) => name).join(' → ') ?? to}\n    ${rule.name}: ${reason}`);
}
for (const file of unseen) console.error(`${file}\n    was not looked at: dependency-cruiser did not find or could not read it`);
if (imports < files.length / 2)
  console.error(`only ${imports} imports seen in ${files.length} files: dependency-cruiser cannot read this TypeScript`);

const failed = summary.violations.length > 0 || unseen.length > 0 || imports < files.length / 2;
console.log(`${files.length} files, ${imports} imports, ${summary.violations.length} against the layers`);
process.exitCode = failed ? 1 : 0;
