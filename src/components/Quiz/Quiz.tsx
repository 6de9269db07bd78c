import { Check, X } from 'lucide-react';
import { Children, createContext, isValidElement, type ReactElement, type ReactNode, useContext, useId, useState } from 'react';
import { useProgress } from '../Progress/ProgressContext.tsx';
import styles from './Quiz.module.css';

const Chapter = createContext('');

export interface QuizProps {
  /** The chapter's file without its ending: right answers are remembered under it. */
  readonly chapter: string;
  readonly children?: ReactNode;
}

/** A check of understanding at a chapter's end: {@link Question}s, answered for oneself. */
export function Quiz({ chapter, children }: QuizProps): ReactNode {
  return (
    <Chapter value={chapter}>
      <section className={styles.quiz}>{children}</section>
    </Chapter>
  );
}

export interface QuestionProps {
  /** Names it within the quiz. */
  readonly id: string;
  /** The question, then its {@link Choice}s. */
  readonly children?: ReactNode;
}

/** One question. Choosing says at once whether it was right, and why; choosing again is free. */
export function Question({ id: question, children }: QuestionProps): ReactNode {
  const name = useId();
  const chapter = useContext(Chapter);
  const { progress, recordAnswer } = useProgress();
  const [picked, setPicked] = useState<number>();
  // Line ends between the parts are nothing; the built page leaves them out.
  const parts = Children.toArray(children).filter((part) => typeof part !== 'string' || part.trim() !== '');
  const choices = parts.filter((part): part is ReactElement<ChoiceProps> => isValidElement(part) && part.type === Choice);
  const words = parts.filter((part) => !choices.includes(part as ReactElement<ChoiceProps>));
  const known = progress.quizzes[chapter]?.includes(question) ?? false;
  const right = choices.findIndex(({ props }) => props.right);
  const chosen = picked ?? (known ? right : undefined);
  const choose = (index: number) => {
    setPicked(index);
    if (index === right) recordAnswer(chapter, question);
  };
  return (
    <fieldset className={styles.question}>
      {/* The box keeps the paragraph's end tag: the build's minifier drops it before </legend>, where browsers need it. */}
      <legend>
        <div>{words}</div>
      </legend>
      <div className={styles.choices}>
        {choices.map(({ key, props }, index) => {
          const id = `${name}-${index}`;
          const { answer, because } = sort(props.children);
          const open = chosen === index;
          return (
            <div key={key} className={styles.choice}>
              <input
                type="radio"
                id={id}
                name={name}
                checked={open}
                aria-describedby={open ? `${id}-because` : undefined}
                onChange={() => choose(index)}
              />
              <label htmlFor={id}>{answer}</label>
              <div id={`${id}-because`} className={styles.because} role="status" hidden={!open}>
                {open && (
                  <>
                    <span className={props.right ? styles.right : styles.wrong}>
                      {props.right ? <Check size={17} aria-hidden /> : <X size={17} aria-hidden />}
                      {props.right ? 'Right.' : 'Not quite.'}
                    </span>{' '}
                    {because}
                  </>
                )}
              </div>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

export interface ChoiceProps {
  readonly right?: boolean;
  /** The answer, and a {@link Because}. */
  readonly children?: ReactNode;
}

/** One of a question's answers; drawn by {@link Question}. */
export function Choice(_props: ChoiceProps): ReactNode {
  return null;
}

/** Why an answer is right or wrong: shown when it is chosen. */
export function Because({ children }: { readonly children?: ReactNode }): ReactNode {
  return children;
}

function sort(children: ReactNode): { readonly answer: ReactNode[]; readonly because: ReactNode } {
  const parts = Children.toArray(children);
  const isBecause = (part: ReactNode) => isValidElement(part) && part.type === Because;
  return { answer: parts.filter((part) => !isBecause(part)), because: parts.find(isBecause) };
}
