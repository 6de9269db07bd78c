import type { ReactNode } from 'react';
import { ProgressProvider } from '../components/Progress/ProgressContext.tsx';
import { StorageNotice } from '../components/StorageNotice/StorageNotice.tsx';

/** Round every page: the learner's progress. */
export default function Root({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <ProgressProvider>
      {children}
      <StorageNotice />
    </ProgressProvider>
  );
}
