import { type ReactNode, useState } from 'react';
import { labClient } from '../../worker/client.ts';
import type { LabHandle } from '../../worker/client-lab.ts';
import { Button } from '../Button/Button.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import { Notice } from '../Notice/Notice.tsx';

/** What vethlab has to say about the lab: that it stopped, that it cannot be kept, that something of ours is broken. */
export function LabNotices({ handle }: { readonly handle: LabHandle }): ReactNode {
  const state = useLab(handle, (all) => all);
  const [read, setRead] = useState<string>();
  if (!state) return null;
  const reset = (
    <Button key="reset" onClick={() => handle.reset()}>
      Reset the lab
    </Button>
  );
  const undo = state.history.canUndo && (
    <Button key="undo" onClick={() => handle.undo()}>
      Undo the last command
    </Button>
  );

  if (state.status === 'silent') {
    return (
      <Notice tone="alarm" actions={<Button onClick={() => labClient.restart()}>Restart it</Button>}>
        The lab has not answered for five seconds. Restarting brings back everything up to your last command.
      </Notice>
    );
  }
  if (state.bug) {
    return (
      <Notice tone="alarm" actions={[undo, reset]}>
        Something in vethlab itself broke: <code>{state.bug.message}</code>. What you did is kept.
        <details>
          <summary>For a bug report</summary>
          <pre>{state.bug.stack}</pre>
        </details>
      </Notice>
    );
  }
  if (state.halted) {
    return (
      <Notice tone="alarm" actions={[undo, reset]}>
        {state.halted}
      </Notice>
    );
  }
  const quiet = state.notRestored
    ? 'What you did here before could not be brought back: the simulator has changed since. The lab starts afresh.'
    : state.logTooLong
      ? 'So much was typed or pasted here that this lab can no longer be brought back after a reload. It works on as it is.'
      : undefined;
  if (quiet === undefined || quiet === read) return null;
  return <Notice actions={<Button onClick={() => setRead(quiet)}>All right</Button>}>{quiet}</Notice>;
}
