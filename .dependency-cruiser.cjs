// The layers of vethlab. Imports point one way:
//
//   pages theme → components → worker/client ┐
//                                             ├→ worker/protocol (types)
//                           worker/worker ────┘
//   worker/worker, cli, site-plugins → course → sim/lab → programs, world → shell → machine → kernel → wire → base
//
// `npm run check:layers` holds the code against them, tests included only where a rule says so.

/** What each folder of the simulator may import besides itself. A folder that is not named here may import nothing. */
const below = {
  base: [],
  wire: ['base'],
  kernel: ['base', 'wire'],
  machine: ['base', 'wire', 'kernel'],
  shell: ['base', 'wire', 'kernel', 'machine'],
  world: ['base', 'wire', 'kernel', 'machine', 'shell'],
  docker: ['base', 'wire', 'kernel', 'machine', 'shell', 'world'],
  kube: ['base', 'wire', 'kernel', 'machine', 'shell', 'world', 'docker'],
  programs: ['base', 'wire', 'kernel', 'machine', 'shell', 'docker', 'kube'],
  lab: ['base', 'wire', 'kernel', 'machine', 'shell', 'world', 'docker', 'kube', 'programs'],
};

const reasons = {
  base: 'bytes, numbers and queues know nothing of networks',
  wire: 'a protocol is bytes: who sends them is not its business',
  kernel: 'a network stack does not know which programs, machines or worlds it runs in',
  machine: 'a machine runs any program: which there are is told to it by the lab',
  shell: 'bash is one process among others: it finds commands through the machine, as a shell does',
  world: 'cables and time carry any machine, whatever runs on it',
  docker: 'the engine calls the kernel as a user does: it owns no network of its own',
  kube: 'pods and CNI plugins call the kernel as a user does',
  programs: 'a command sees its machine, never the cables outside or the lab it is taught in',
  lab: 'a lab puts everything together, and nothing below it knows what a lesson is',
};

const test = '[.]test[.]tsx?$';

/** Folder `x` may live as `x/` and as `x.ts`. */
const inSim = (folders) => `^src/sim/(${folders.join('|')})(/|[.]ts$)`;

const simRules = Object.entries(below).map(([folder, allowed]) => ({
  name: `sim-${folder}`,
  severity: 'error',
  comment: reasons[folder],
  from: { path: inSim([folder]), pathNot: test },
  to: { path: '^(src|exercises|test|docs)/', pathNot: inSim([folder, ...allowed]) },
}));

module.exports = {
  forbidden: [
    ...simRules,
    {
      name: 'sim-folders',
      severity: 'error',
      comment: 'every folder of the simulator has a place in the order of layers: add it to .dependency-cruiser.cjs',
      from: {},
      to: { path: '^src/sim/', pathNot: inSim(Object.keys(below)) },
    },
    {
      name: 'sim-stands-alone',
      severity: 'error',
      comment:
        'the simulator is usable on its own: no Node, and of other packages only a grammar, a line discipline, compression, password hashes, YAML and schemas',
      from: { path: '^(src/sim|src/course)/', pathNot: test },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional'],
        pathNot: 'node_modules/(unbash|xterm-pty|yaml|zod|pako|bcryptjs)/',
      },
    },
    {
      name: 'grammar-behind-one-folder',
      severity: 'error',
      comment: 'unbash changes its interface often: only the shell knows it',
      from: { pathNot: '^src/sim/shell/' },
      to: { path: 'node_modules/unbash/' },
    },
    {
      name: 'compression-behind-gzip',
      severity: 'error',
      comment: 'what the library calls its faults and streams is known in one place',
      from: { pathNot: '^src/sim/wire/gzip[.]ts$' },
      to: { path: 'node_modules/pako/' },
    },
    {
      name: 'bcrypt-behind-one-file',
      severity: 'error',
      comment: 'the library draws salts of its own; only this file gives it those of the simulation',
      from: { pathNot: '^src/sim/programs/web/bcrypt[.]ts$' },
      to: { path: 'node_modules/bcryptjs/' },
    },
    {
      name: 'line-discipline-behind-the-tty',
      severity: 'error',
      comment: 'what a terminal does with keys is the tty’s: nobody else talks to the library',
      from: { pathNot: '^src/sim/machine/tty/' },
      to: { path: 'node_modules/xterm-pty/' },
    },
    {
      name: 'course',
      severity: 'error',
      comment: 'grading knows labs and checks, and neither React nor the worker nor Node',
      from: { path: '^src/course/', pathNot: test },
      to: { path: '^src/', pathNot: '^src/(course|sim)/' },
    },
    {
      name: 'exercises',
      severity: 'error',
      comment: 'an exercise is written by people who do not read the simulator: the course’s interface and a lab are all it needs',
      from: { path: '^exercises/', pathNot: test },
      to: { path: '^src/', pathNot: '^src/(course/|sim/lab)' },
    },
    {
      name: 'protocol-is-types',
      severity: 'error',
      comment: 'what crosses between page and simulator is described by types alone, so that neither side pulls in the other',
      from: { path: '^src/worker/protocol[.]ts$' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'worker-client',
      severity: 'error',
      comment: 'the page’s side of the worker must not bring the simulator into the page’s own bundle',
      from: { path: '^src/worker/client', pathNot: test },
      to: { path: '^src/', pathNot: '^src/worker/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'worker',
      severity: 'error',
      comment: 'the worker runs the course and the simulator, and draws nothing',
      from: { path: '^src/worker/', pathNot: `${test}|^src/worker/client` },
      to: { path: '^src/', pathNot: '^src/(worker|course|sim)/' },
    },
    {
      name: 'page-draws-snapshots',
      severity: 'error',
      comment: 'a component draws a snapshot and never holds a device: values come through the worker’s client, only types from behind it',
      from: { path: '^src/(components|theme|pages)/', pathNot: test },
      to: { path: '^(src/(sim|cli|site-plugins)|exercises)/|^src/worker/(?!client|protocol)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'page-grades-nothing',
      severity: 'error',
      comment: 'grading runs beside the simulator in the worker; of the course, the page keeps only the progress',
      from: { path: '^src/(components|theme|pages)/', pathNot: test },
      to: { path: '^src/course/', pathNot: '^src/course/progress', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'components-below-pages',
      severity: 'error',
      comment: 'a component can stand on any page: it knows none, and wraps no part of the theme',
      from: { path: '^src/components/', pathNot: test },
      to: { path: '^src/(pages|theme)/' },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      comment: 'files of src/cli are started, not imported; what two of them share moves to the layer it speaks of',
      from: { path: '^(src|exercises)/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      comment: 'a helper of a test is not a part of the product',
      from: { pathNot: `${test}|^test/` },
      to: { path: `${test}|^test/` },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'two files that load each other are one thing in two places (types may refer to each other)',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'an import that leads nowhere fails later and less clearly',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(@theme|@docusaurus|@site|@generated)' },
    },
    {
      name: 'no-dev-packages',
      severity: 'error',
      comment: 'the site is built from dependencies; devDependencies are tools and types',
      from: { path: '^src/', pathNot: `${test}|^src/(cli|site-plugins)/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.site.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
