import { resolve } from 'node:path';
import { printReport } from './session/report';
import { refuseRealCredentials } from './session/real-credentials';
import { runSession } from './session/session';
import { Workspace } from './session/workspace';

const ROOT = resolve(__dirname, '..', '..');
const INTERRUPTED = 130;

// The SDK's advice on the version of Node is for its other users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main(): Promise<void> {
  refuseRealCredentials(process.env);
  const workspace = new Workspace();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      workspace.dispose();
      process.exit(INTERRUPTED);
    });
  }
  try {
    const report = await runSession(ROOT, workspace, (message) => console.error(message));
    process.exitCode = printReport(report, (text) => process.stdout.write(text)) ? 0 : 1;
  } finally {
    workspace.dispose();
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
