import { valueToEstree } from 'estree-util-value-to-estree';
import type { Code, Parent, Root, RootContent } from 'mdast';
import type { MdxJsxAttribute, MdxJsxFlowElement } from 'mdast-util-mdx-jsx';
import type { VFile } from 'vfile';
import { parseRunFence, type RunFence } from './run-fence.ts';

/** One command of a chapter as it went when the site was built. */
interface RunLine {
  cmd: string;
  output: string;
  exit: number;
}

interface Place {
  parent: Parent;
  node: Code;
  fence: RunFence;
}

/**
 * Turns every ` ```sh run ` fence of a page into `<Run host=… lines={[{cmd, output, exit}]} />`, with outputs the
 * simulator gives while the site is built: prose cannot drift from the machine. All fences of a page run in order in
 * one world, that of the page's front matter `lab`; see run-fence.ts for what a fence may say.
 *
 * Outputs are part of the bundler's cache: edit the simulator while `npm start` runs, and it wants a restart.
 */
export default function remarkRun() {
  return async (tree: Root, file: VFile): Promise<void> => {
    const places = findFences(tree, file);
    if (places.length === 0) return;
    const lab = labOf(file);
    // Loaded when the first page needs it, so that commands like `docusaurus clear` do not pay for the simulator.
    const { runTranscript } = await import('../course/transcript.ts');

    const blocks = places.flatMap(({ fence }) => [
      // Time passes in the world, not here: `sleep` is typed like any other command, and shown nowhere.
      ...(fence.sleepS > 0 ? [{ host: fence.host, commands: [`sleep ${fence.sleepS}`], hidden: true }] : []),
      { host: fence.host, commands: fence.commands, hidden: fence.hidden },
    ]);
    const results = runTranscript(
      lab,
      blocks.map(({ host, ...block }) => (host === undefined ? block : { host, ...block })),
    );

    let next = 0;
    for (const place of places) {
      if (place.fence.sleepS > 0) next++;
      const lines: readonly RunLine[] | undefined = results[next++];
      if (lines === undefined) file.fail(`the simulator gave no transcript for this fence in lab ${lab}`, place.node);
      const index = place.parent.children.indexOf(place.node);
      const replacement: RootContent[] = place.fence.hidden ? [] : [runElement(place.fence, lines)];
      place.parent.children.splice(index, 1, ...replacement);
    }
  };
}

function findFences(tree: Root, file: VFile): Place[] {
  const places: Place[] = [];
  const visit = (parent: Parent): void => {
    for (const node of parent.children) {
      if (node.type === 'code') {
        const fence = parseRunFence(node.lang ?? '', node.meta ?? '', node.value);
        if (fence === undefined) continue;
        if (typeof fence === 'string') file.fail(fence, node);
        places.push({ parent, node, fence });
      } else if ('children' in node) visit(node);
    }
  };
  visit(tree);
  return places;
}

function labOf(file: VFile): string {
  const frontMatter = file.data.frontMatter as { lab?: unknown } | undefined;
  if (typeof frontMatter?.lab === 'string') return frontMatter.lab;
  return file.fail('a page with `sh run` fences names its lab in the front matter, such as `lab: solo`');
}

function runElement(fence: RunFence, lines: readonly RunLine[]): MdxJsxFlowElement {
  const shown = lines.map(({ cmd, output, exit }) => ({ cmd, output: fence.quiet ? '' : output, exit }));
  const attributes: MdxJsxAttribute[] = [];
  for (const name of ['host', 'mark', 'why'] as const) {
    const value = fence[name];
    if (value !== undefined) attributes.push({ type: 'mdxJsxAttribute', name, value });
  }
  if (fence.quiet) attributes.push({ type: 'mdxJsxAttribute', name: 'quiet', value: null });
  attributes.push({ type: 'mdxJsxAttribute', name: 'lines', value: expression(shown) });
  return { type: 'mdxJsxFlowElement', name: 'Run', attributes, children: [] };
}

/** A JSX attribute `{value}`: MDX compiles its syntax tree, the text is for people. */
function expression(value: unknown): NonNullable<Exclude<MdxJsxAttribute['value'], string>> {
  return {
    type: 'mdxJsxAttributeValueExpression',
    value: JSON.stringify(value),
    data: {
      estree: {
        type: 'Program',
        sourceType: 'module',
        body: [{ type: 'ExpressionStatement', expression: valueToEstree(value) }],
      },
    },
  };
}
