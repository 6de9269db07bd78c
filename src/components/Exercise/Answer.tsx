import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import { useLab, useLabPage } from '../Lab/LabContext.tsx';
import styles from './Answer.module.css';
import { answerCommand } from './answer-command.ts';
import { useExercise } from './ExerciseContext.tsx';

export interface AnswerProps {
  /** What the answer is called: the NAME of `answer NAME VALUE`. */
  readonly name: string;
}

/** A field for `answer NAME VALUE`: what is entered is typed in the exercise's lab, where it can also be typed by hand. */
export function Answer({ name }: AnswerProps): ReactNode {
  const id = useId();
  const { exercise, title } = useExercise();
  const page = useLabPage();
  const handle = page?.labOf(exercise);
  const [value, setValue] = useState('');
  const begun = useLab(handle, (state) => state.info);
  const [given, setGiven] = useState<{ readonly command: string; readonly in: typeof begun }>();
  const command = answerCommand(name, value);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!page || !handle || command === undefined) return;
    page.show(exercise, title);
    page.reveal();
    if (await handle.run(undefined, [command])) setGiven({ command, in: handle.getState().info });
  };
  return (
    <form className={styles.answer} onSubmit={(event) => void submit(event)} data-answer={name}>
      <label htmlFor={id}>
        <code>answer {name}</code>
      </label>
      <input
        id={id}
        value={value}
        size={Math.min(Math.max(6, value.length + 1), 20)}
        autoComplete="off"
        disabled={!handle}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button disabled={!handle || command === undefined} onClick={(event) => event.currentTarget.form?.requestSubmit()}>
        Answer
      </Button>
      <span className={styles.said} role="status">
        {/* Undo and Reset begin the lab anew, maybe without it. */}
        {given !== undefined && given.command === command && given.in === begun && 'noted'}
      </span>
    </form>
  );
}
