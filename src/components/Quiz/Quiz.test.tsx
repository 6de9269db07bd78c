import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { Because, Choice, Question, Quiz } from './Quiz.tsx';

test('choosing an answer says whether it is right, and why', () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const place = document.body.appendChild(document.createElement('div'));
  act(() =>
    createRoot(place).render(
      <Quiz chapter="00-test">
        <Question id="ends">
          How many ends has a cable?
          <Choice>
            One. <Because>The other one is somewhere else.</Because>
          </Choice>
          <Choice right>
            Two. <Because>They come in pairs.</Because>
          </Choice>
        </Question>
      </Quiz>,
    ),
  );
  expect(place.querySelector('legend')?.textContent).toBe('How many ends has a cable?');
  expect(place.textContent).not.toContain('pairs');
  const [one, two] = place.querySelectorAll('input');
  act(() => one?.click());
  expect(place.textContent).toContain('Not quite. The other one is somewhere else.');
  act(() => two?.click());
  expect(place.textContent).toContain('Right. They come in pairs.');
  expect(place.textContent).not.toContain('somewhere else');
});
