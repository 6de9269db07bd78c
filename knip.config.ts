import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'src/cli/{replay,shell,check-captures,check-exercises,check-layers,check-simulator,run-tests,browser-tests}.ts',
    // Run by hand to record anew what tests hold the simulator against.
    'src/cli/{generate-sessions,record-bash,record-tools}.ts',
    'src/css/custom.css',
    'src/theme/**/*.{ts,tsx}',
    'src/pages/**/*.{ts,tsx,mdx}',
    'src/worker/worker.ts',
    // Named in docusaurus.config.ts, `clientModules`.
    'src/components/Lab/early-lab.ts',
    'docs/**/*.mdx',
    // Found by their place: the course reads every folder of exercises/.
    'exercises/**/exercise.ts',
  ],
  project: ['src/**/*.{ts,tsx,css}', 'docs/**/*.mdx', 'exercises/**/*.ts', 'test/**/*.ts', '*.{ts,mts}'],
  ignoreExportsUsedInFile: true,
  ignoreDependencies: [
    // Run by its path, to read its report: src/cli/check-layers.ts.
    'dependency-cruiser',
    // What Docusaurus would call the search theme if it had its own prefix.
    '@easyops-cn/docusaurus-theme-docusaurus-search-local',
  ],
  ignoreBinaries: ['apt-get', 'tshark'],
  // Vocabularies of an RFC or of a Linux header: whole, whether each word is spoken yet or not.
  ignoreIssues: { 'src/sim/wire/*.ts': ['exports'], 'src/sim/kernel/rtnetlink/messages.ts': ['exports'] },
  compilers: {
    // Other style sheets, and the files of packages: fonts.
    css: (text: string) =>
      [...text.matchAll(/(?:@import\s+|url\(\s*)(["'][@.\w][^"':]*["'])/g)].map((match) => `import ${match[1]}`).join('\n'),
  },
};

export default config;
