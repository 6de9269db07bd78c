import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { Output, type OutputProps } from './Output.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

function show(props: Omit<OutputProps, 'last'>): HTMLElement {
  const place = document.body.appendChild(document.createElement('div'));
  act(() => createRoot(place).render(<Output last {...props} />));
  return place;
}

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
const shown = (place: HTMLElement) => place.querySelectorAll('pre > span').length;

test('long output is folded, and unfolds', () => {
  const place = show({ text: lines(20) });
  expect(shown(place)).toBe(9);
  const more = place.querySelector('button');
  expect(more?.textContent).toBe('11 more lines');
  act(() => more?.click());
  expect(shown(place)).toBe(20);
});

test('output of a dozen lines is shown whole', () => {
  const place = show({ text: lines(12) });
  expect(shown(place)).toBe(12);
  expect(place.querySelector('button')).toBeNull();
});

test('what is to be noticed is marked, explained once, and never folded away', () => {
  const place = show({ text: lines(20), mark: 'line 15', why: 'look here' });
  expect(shown(place)).toBe(16);
  expect(place.querySelector('mark')?.textContent).toBe('line 15');
  expect(place.textContent?.match(/look here/g)).toHaveLength(1);
});
