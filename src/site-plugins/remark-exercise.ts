import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { valueToEstree } from 'estree-util-value-to-estree';
import type { Nodes, Parent, PhrasingContent, Root } from 'mdast';
import type { MdxJsxAttribute, MdxJsxTextElement } from 'mdast-util-mdx-jsx';
import type { VFile } from 'vfile';

const EXERCISES = 'exercises';
const PLACEHOLDER = /\{([A-Za-z_]\w*)\}/;

/**
 * What an `<Exercise>` of a chapter needs besides its words: the folder that the chapter's exercises are in, the scripts that solve
 * it, and `{name}` in its words turned into the value drawn for the learner, also inside `code`.
 */
export default function remarkExercise() {
  return (tree: Root, file: VFile): void => {
    const chapter = basename(file.path).replace(/\.mdx?$/, '');
    const visit = (parent: Parent): void => {
      for (const node of parent.children) {
        if (node.type === 'mdxJsxFlowElement' && node.name === 'Exercise') {
          const id = node.attributes.find((attribute) => attribute.type === 'mdxJsxAttribute' && attribute.name === 'id')?.value;
          if (typeof id !== 'string') file.fail('an exercise has an `id`: the name of its folder', node);
          node.attributes.push(
            { type: 'mdxJsxAttribute', name: 'chapter', value: chapter },
            expression('solutions', solutionsOf(join(EXERCISES, chapter, id))),
          );
          fillIn(node);
        } else if ('children' in node) visit(node);
      }
    };
    visit(tree);
  };
}

function solutionsOf(folder: string): { name: string; text: string }[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^solution(-.+)?\.sh$/.test(name));
  return names.sort().map((name) => ({
    name: name === 'solution.sh' ? 'One way' : `With ${name.slice('solution-'.length, -'.sh'.length).replaceAll('-', ' ')}`,
    text: readFileSync(join(folder, name), 'utf8').trim(),
  }));
}

function fillIn(parent: Parent): void {
  parent.children = parent.children.flatMap((node): Nodes[] => {
    if (node.type === 'mdxTextExpression' || node.type === 'mdxFlowExpression') {
      const name = PLACEHOLDER.exec(`{${node.value.trim()}}`)?.[1];
      return name === node.value.trim() ? [variable(name)] : [node];
    }
    if (node.type === 'inlineCode' && PLACEHOLDER.test(node.value)) return [filledCode(node.value)];
    // An address in a lab, of which Markdown has made a link: the page cannot go there.
    if (node.type === 'link' && node.url.startsWith('http://')) return [filledCode(node.url)];
    if ('children' in node) fillIn(node);
    return [node];
  }) as Parent['children'];
}

function filledCode(value: string): MdxJsxTextElement {
  // Texts and names take turns: split() keeps what its pattern captures.
  const children = value
    .split(PLACEHOLDER)
    .map((piece, index): PhrasingContent => (index % 2 === 1 ? variable(piece) : { type: 'text', value: piece }));
  // Not `code`: the theme makes a block of code with elements in it.
  return { type: 'mdxJsxTextElement', name: 'FilledCode', attributes: [], children };
}

const variable = (name: string): MdxJsxTextElement => ({
  type: 'mdxJsxTextElement',
  name: 'Var',
  attributes: [{ type: 'mdxJsxAttribute', name: 'name', value: name }],
  children: [],
});

function expression(name: string, value: unknown): MdxJsxAttribute {
  const estree = {
    type: 'Program' as const,
    sourceType: 'module' as const,
    body: [{ type: 'ExpressionStatement' as const, expression: valueToEstree(value) }],
  };
  return {
    type: 'mdxJsxAttribute',
    name,
    value: { type: 'mdxJsxAttributeValueExpression', value: JSON.stringify(value), data: { estree } },
  };
}
