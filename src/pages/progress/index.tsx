import Layout from '@theme/Layout';
import type { ReactNode } from 'react';
import { ProgressPage } from '../../components/ProgressPage/ProgressPage.tsx';

export default function Progress(): ReactNode {
  return (
    <Layout title="Progress" description="What you have achieved, and how to take it with you.">
      <main>
        <ProgressPage />
      </main>
    </Layout>
  );
}
