import MDXComponents from '@theme-original/MDXComponents';
import { Answer } from '../../components/Exercise/Answer.tsx';
import { Exercise } from '../../components/Exercise/Exercise.tsx';
import { Feedback, FilledCode, Hint, Idea, Task, Var } from '../../components/Exercise/parts.tsx';
import { Script } from '../../components/Exercise/Script.tsx';
import { Because, Choice, Question, Quiz } from '../../components/Quiz/Quiz.tsx';
import { Run } from '../../components/Run/Run.tsx';

/** What chapters may use without importing it. */
export default {
  ...MDXComponents,
  Answer,
  Because,
  Choice,
  Exercise,
  Feedback,
  FilledCode,
  Hint,
  Idea,
  Question,
  Quiz,
  Run,
  Script,
  Task,
  Var,
};
