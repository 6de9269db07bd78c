import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { Answer } from './Answer.tsx';
import { answerCommand } from './answer-command.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

test('an answer becomes a command line, quoted where the shell would read more into it', () => {
  expect(answerCommand('fresh', ' 2 ')).toBe('answer fresh 2');
  expect(answerCommand('mac', '52:54:00:00:00:0b')).toBe('answer mac 52:54:00:00:00:0b');
  expect(answerCommand('who', "it's $(me)")).toBe(`answer who 'it'\\''s $(me)'`);
  expect(answerCommand('who', '  ')).toBeUndefined();
});

test('before the exercise has been started there is no lab to answer in', () => {
  const place = document.body.appendChild(document.createElement('div'));
  act(() => createRoot(place).render(<Answer name="fresh" />));
  expect(place.querySelector('label')?.textContent).toBe('answer fresh');
  expect(place.querySelector('input')?.disabled).toBe(true);
});
