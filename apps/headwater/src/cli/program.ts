import { Command } from 'commander';
import { alertsCommand } from '../commands/alerts.ts';
import { benchCommand } from '../commands/bench.ts';
import { changesCommand } from '../commands/changes.ts';
import { completionCommand } from '../commands/completion.ts';
import { configCommand } from '../commands/config.ts';
import { dbCommand } from '../commands/db.ts';
import { demoCommand } from '../commands/demo.ts';
import { diagnoseCommand } from '../commands/diagnose.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { incidentsCommand } from '../commands/incidents.ts';
import { jobsCommand } from '../commands/jobs.ts';
import { loginCommand, logoutCommand } from '../commands/login.ts';
import { recordCommand } from '../commands/record.ts';
import { replayCommand } from '../commands/replay.ts';
import { rulesCommand } from '../commands/rules.ts';
import { serveCommand } from '../commands/serve.ts';
import { tokensCommand } from '../commands/tokens.ts';
import { usersCommand } from '../commands/users.ts';
import { versionCommand } from '../commands/version.ts';
import { VERSION } from '../version.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** The whole command tree; also what shell completion and the CLI reference are made from. */
export function buildProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command('headwater')
    .description('Headwater traces a Kubernetes alert to its cause, with proof.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('Run with --help for the options.')
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .exitOverride();
  program.addHelpText('after', exitCodeHelp);
  for (const build of [
    serveCommand,
    incidentsCommand,
    alertsCommand,
    changesCommand,
    diagnoseCommand,
    recordCommand,
    replayCommand,
    demoCommand,
    rulesCommand,
    benchCommand,
    doctorCommand,
    configCommand,
    dbCommand,
    jobsCommand,
    loginCommand,
    logoutCommand,
    usersCommand,
    tokensCommand,
    completionCommand,
    versionCommand,
  ])
    program.addCommand(adopt(build(context), program));
  return program;
}

// Commands made apart do not inherit their parent's output and error handling.
function adopt(command: Command, program: Command): Command {
  command.copyInheritedSettings(program);
  for (const child of command.commands) adopt(child, program);
  return command;
}

function exitCodeHelp(): string {
  const rows = Object.values(EXIT).map(({ code, means }) => `  ${String(code).padEnd(5)}${means}`);
  return `\nExit codes:\n${rows.join('\n')}\n`;
}
