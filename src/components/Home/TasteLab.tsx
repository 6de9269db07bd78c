import { type ReactNode, useEffect, useRef } from 'react';
import { LabProvider, useLab, useLabPage } from '../Lab/LabContext.tsx';
import { LabPanel } from '../LabPanel/LabPanel.tsx';

/** The lab of the front page, with its first command typed. */
export default function TasteLab({ first }: { readonly first: string }): ReactNode {
  return (
    <LabProvider name="front" lab="solo">
      <FirstCommand command={first} />
      <LabPanel full={false} view={undefined} />
    </LabProvider>
  );
}

function FirstCommand({ command }: { readonly command: string }): null {
  const handle = useLabPage()?.shown;
  const status = useLab(handle, (state) => state.status);
  const typed = useRef(false);
  useEffect(() => {
    if (!handle || status !== 'ready' || typed.current || handle.begun) return;
    typed.current = true;
    void handle.run(undefined, [command]);
  }, [handle, status, command]);
  return null;
}
