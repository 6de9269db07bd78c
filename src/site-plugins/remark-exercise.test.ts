import type { Root } from 'mdast';
import { VFile } from 'vfile';
import { expect, test } from 'vitest';
import remarkExercise from './remark-exercise.ts';

const exercise = (...children: unknown[]) =>
  ({
    type: 'root',
    children: [
      {
        type: 'mdxJsxFlowElement',
        name: 'Exercise',
        attributes: [{ type: 'mdxJsxAttribute', name: 'id', value: 'plug-a-cable' }],
        children,
      },
    ],
  }) as unknown as Root;

test('the words of an exercise get the values drawn for the learner, also inside code', () => {
  const tree = exercise({
    type: 'paragraph',
    children: [
      { type: 'mdxTextExpression', value: 'port' },
      { type: 'inlineCode', value: 'ip addr add {address} dev v0' },
      { type: 'inlineCode', value: 'ip link' },
      { type: 'mdxTextExpression', value: '1 + 1' },
    ],
  });
  remarkExercise()(tree, new VFile({ path: 'docs/02-veth.mdx' }));
  const variable = (name: string) => ({
    type: 'mdxJsxTextElement',
    name: 'Var',
    attributes: [{ type: 'mdxJsxAttribute', name: 'name', value: name }],
    children: [],
  });
  const element = tree.children[0] as unknown as { attributes: unknown[]; children: { children: unknown[] }[] };
  expect(element.children[0]?.children).toEqual([
    variable('port'),
    {
      type: 'mdxJsxTextElement',
      name: 'FilledCode',
      attributes: [],
      children: [{ type: 'text', value: 'ip addr add ' }, variable('address'), { type: 'text', value: ' dev v0' }],
    },
    { type: 'inlineCode', value: 'ip link' },
    { type: 'mdxTextExpression', value: '1 + 1' },
  ]);
  expect(element.attributes).toContainEqual({ type: 'mdxJsxAttribute', name: 'chapter', value: '02-veth' });
});

test('an address in the lab is code and no link', () => {
  const url = 'http://127.0.0.1:{port}/';
  const tree = exercise({ type: 'paragraph', children: [{ type: 'link', url, children: [{ type: 'text', value: url }] }] });
  remarkExercise()(tree, new VFile({ path: 'docs/02-veth.mdx' }));
  expect(JSON.stringify(tree)).not.toContain('"link"');
  expect(JSON.stringify(tree)).toContain('"name":"FilledCode"');
});

test('an exercise without an id is refused', () => {
  const tree = { type: 'root', children: [{ type: 'mdxJsxFlowElement', name: 'Exercise', attributes: [], children: [] }] } as Root;
  expect(() => remarkExercise()(tree, new VFile({ path: 'docs/02-veth.mdx' }))).toThrow('has an `id`');
});
