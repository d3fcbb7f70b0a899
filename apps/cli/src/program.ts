import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { FORMAT } from './catalogue/catalogue-format.ts';

/**
 * The commands and their options. What a command needs is loaded when it runs, so that each starts as fast as it can. `ended` takes the
 * exit code of the one that ran.
 */
export function createProgram(ended: (exitCode: number) => void): Command {
  const program = new Command('tacos')
    .description('Traffic Tacos: a ticketing platform for on-sales. Settings come from the environment: tacos up --help lists them.')
    .version(manifest.version)
    .helpCommand(false)
    .exitOverride();
  addPlatformCommands(program, ended);
  addEventCommands(program, ended);
  addTicketCommands(program, ended);
  addQueueCommands(program, ended);
  addCareCommands(program, ended);
  return program;
}

function addPlatformCommands(program: Command, ended: (exitCode: number) => void): void {
  program
    .command('up')
    .description('bring the platform up; Ctrl-C stops it')
    .option('--sample', 'import the sample catalogues where there are no events yet')
    .option('--separate', 'run each service as a process of its own, with its own directory')
    .option('--cut <FILE:POS>', 'give up a damaged journal from there on, for ever; the message about the damage names the place')
    .helpOption(false)
    .option('-h, --help', 'show this, and every setting')
    .action(async (options, command) => {
      if (options.separate === true && options.help !== true) return ended(await (await import('./commands/up-separate.ts')).upSeparate(options));
      return ended(await (await import('./commands/up.ts')).up(options, command.helpInformation()));
    });
  program
    .command('demo')
    .description('play a flash sale against the running platform, where its event and its orders stay, or against one of its own where none runs')
    .option('--users <N>', 'how many people want seats (5000)')
    .option('--seed <N>', 'what they do is drawn from this number (1)')
    .option('--quick', 'a small sale')
    .option('--json', 'print the report as JSON')
    .action(async (options) => ended(await (await import('./commands/demo.ts')).demo(options)));
  program
    .command('token')
    .description('print a token for a user, signed with the key file of the data directory')
    .requiredOption('--user <ID>', 'who the token is for')
    .option('--role <ROLE>', 'user, organizer or admin (user)')
    .option('--ttl <SECONDS>', 'how long it is valid (12 hours)')
    .action(async (options) => ended(await (await import('./commands/token.ts')).token(options)));
}

function addEventCommands(program: Command, ended: (exitCode: number) => void): void {
  const events = program.command('events').description('events of the running platform').helpCommand(false);
  const url = ['--url <URL>', 'the inventory to talk to, in place of the one of TACOS_DATA_DIR'] as const;
  events
    .command('import')
    .description('create or change the events of catalogue files, JSON or CSV; a file with a problem is refused as a whole')
    .argument('<FILE...>')
    .option('--csv', 'read the files as CSV, whatever they are called')
    .option(...url)
    .option('--json', 'print what was imported as JSON')
    .addHelpText('after', `\n${FORMAT}`)
    .action(async (files, options) => ended(await (await import('./commands/import-events.ts')).importEvents(files, options)));
  events
    .command('export')
    .description('write events as a catalogue file, which can be changed and imported again; all of them where none is named')
    .argument('[ID...]')
    .option(...url)
    .action(async (ids, options) => ended(await (await import('./commands/export-events.ts')).exportEvents(ids, options)));
  events
    .command('list')
    .description('all events with what is left of them')
    .option(...url)
    .option('--all', 'those too that are in no public list, as of demo and verify')
    .option('--json', 'print them as JSON')
    .action(async (options) => ended(await (await import('./commands/list-events.ts')).listEvents(options)));
  events
    .command('show')
    .description('one event with its sections')
    .argument('<ID>')
    .option(...url)
    .option('--json', 'print it as JSON')
    .action(async (id, options) => ended(await (await import('./commands/show-event.ts')).showEvent(id, options)));
}

function addTicketCommands(program: Command, ended: (exitCode: number) => void): void {
  program
    .command('tickets')
    .description('tickets, as somebody at a door looks at them')
    .helpCommand(false)
    .command('verify')
    .description('whether codes are tickets, by the published keys alone; exit code 1 when one is not, or is void')
    .argument('<CODE...>')
    .option('--keys <FILE|URL>', 'the published keys, in place of those of the running platform')
    .option('--void <FILE>', 'refunded orders: what tacos export orders or tickets writes, or their ids')
    .option('--json', 'print what was found as JSON')
    .action(async (codes, options) => ended(await (await import('./commands/tickets-verify.ts')).verifyTickets(codes, options)));
  const webhooks = program.command('webhooks').description('receivers of webhooks, and the secrets that sign them').helpCommand(false);
  webhooks
    .command('rotate')
    .description('add a secret, which signs from the next start on; those before it are accepted until they are retired')
    .option('--retire', 'retire those before it too: what they have signed is refused from the next start on')
    .action(async (options) => ended(await (await import('./commands/webhooks.ts')).rotateSecrets(options)));
  webhooks
    .command('secret')
    .description('print the secret with which a receiver elsewhere verifies its messages')
    .argument('<URL>')
    .action(async (url) => ended(await (await import('./commands/webhooks.ts')).printSecret(url)));
  addReceiverCommands(webhooks, ended);
}

function addReceiverCommands(webhooks: Command, ended: (exitCode: number) => void): void {
  webhooks
    .command('list')
    .description('receivers that are registered with the running platform, and how much waits for each')
    .option('--json', 'print them as JSON')
    .action(async (options) => ended(await (await import('./commands/webhook-receivers.ts')).listReceivers(options)));
  webhooks
    .command('add')
    .description('register a receiver, or change what its service has registered under the address')
    .argument('<URL>')
    .requiredOption('--service <NAME>', 'whose receiver it is')
    .requiredOption('--types <LIST>', 'what it is to hear of, such as payment.approved,reservation.expired')
    .option('--secret-file <FILE>', 'a file with its secret, whsec_ and base64; without one it is what tacos webhooks secret prints')
    .option('--json', 'print the registration as JSON')
    .action(async (url, options) => ended(await (await import('./commands/webhook-receivers.ts')).addReceiver(url, options)));
  webhooks
    .command('remove')
    .description('send nothing more to a receiver, not even what waits for it')
    .argument('<ID>')
    .action(async (id) => ended(await (await import('./commands/webhook-receivers.ts')).removeReceiver(id)));
  webhooks
    .command('test')
    .description('send a receiver a message that says nothing but that it is a test')
    .argument('<ID>')
    .action(async (id) => ended(await (await import('./commands/webhook-receivers.ts')).testReceiver(id)));
}

function addQueueCommands(program: Command, ended: (exitCode: number) => void): void {
  const queue = program.command('queue').description('waiting rooms of the running platform').helpCommand(false);
  const control = (word: 'show' | 'pause' | 'resume' | 'drain', description: string): void => {
    queue
      .command(word)
      .description(description)
      .argument('<EVENT>')
      .option('--json', 'print the room as JSON')
      .action(async (event, options) => ended(await (await import('./commands/queue-control.ts')).controlQueue(word, event, undefined, options)));
  };
  control('show', 'who waits, who is inside, and how fast people are let in');
  control('pause', 'let nobody in until it is resumed; everybody keeps their place');
  control('resume', 'go on letting people in');
  control('drain', 'take nobody new, and let in those who wait');
  queue
    .command('rate')
    .description('change how many people a second are let in; 0 gives the rate back to the event')
    .argument('<EVENT>')
    .argument('<N>')
    .option('--json', 'print the room as JSON')
    .action(async (event, perSecond, options) => ended(await (await import('./commands/queue-control.ts')).controlQueue('rate', event, perSecond, options)));
  addArrangingCommands(queue, ended);
  queue
    .command('wait')
    .description('wait for a user\'s turn, and print the reservation token')
    .argument('<EVENT>')
    .requiredOption('--user <ID>', 'who waits')
    .option('--json', 'print the token and the wait as JSON')
    .action(async (event, options) => ended(await (await import('./commands/queue-wait.ts')).waitInQueue(event, options)));
  queue
    .command('draw')
    .description('the draw of an event')
    .helpCommand(false)
    .command('verify')
    .description('draw again from what is published, and tell anybody\'s place; exit code 1 when the draw was another one')
    .argument('<EVENT>')
    .option('--url <URL>', 'the gateway of any deployment, in place of the running platform')
    .option('--seed-hash <HEX>', 'the hash that you wrote down before the draw')
    .option('--token <TOKEN>', 'whose place is wanted: their waiting token')
    .option('--json', 'print the verdict as JSON')
    .action(async (event, options) => ended(await (await import('./commands/queue-draw-verify.ts')).verifyQueueDraw(event, options)));
}

function addArrangingCommands(queue: Command, ended: (exitCode: number) => void): void {
  const json = ['--json', 'print the room as JSON'] as const;
  queue
    .command('schedule')
    .description('set when people may join, when the sale starts and when it ends; what is not named stays as it is')
    .argument('<EVENT>')
    .option('--opens <TIME>', 'when people may begin to join, with its zone; none for at any time')
    .option('--sale-starts <TIME>', 'when the first are let in and seats are given out; none for since ever')
    .option('--sale-ends <TIME>', 'when everybody who still waits is told that it is over; none for never')
    .option(...json)
    .action(async (event, options) => ended(await (await import('./commands/queue-arrange.ts')).scheduleQueue(event, options)));
  queue
    .command('lanes')
    .description('set the lanes, each with its part of the rate; those that are there come first, in their order')
    .argument('<EVENT>')
    .argument('<LANE...>', 'id:quota for the first, which is everybody\'s, and id:quota:role for the others')
    .option(...json)
    .action(async (event, lanes, options) => ended(await (await import('./commands/queue-arrange.ts')).setLanes(event, lanes, options)));
  queue
    .command('fairness')
    .description('how long people have waited, by percentile, and how many turns were not claimed or overtook somebody silent')
    .argument('<EVENT>')
    .option('--json', 'print the report as JSON')
    .action(async (event, options) => ended(await (await import('./commands/queue-fairness.ts')).showFairness(event, options)));
}

function addCareCommands(program: Command, ended: (exitCode: number) => void): void {
  program
    .command('audit')
    .description('check every invariant over the whole data directory, beside the running platform; exit code 1 when one does not hold')
    .option('--json', 'print the report as JSON')
    .action(async (options) => ended(await (await import('./commands/audit.ts')).audit(options)));
  program
    .command('reconcile')
    .description('have the running platform compare the records of all its services now, and heal what a rule can heal; exit code 1 when something stays')
    .option('--json', 'print what was found as JSON')
    .action(async (options) => ended(await (await import('./commands/reconcile.ts')).reconcile(options)));
  program
    .command('verify')
    .description('let users of its own compete for the same few seats over HTTP and gRPC, and look whether all that they were told can be true; exit code 1 when not. Users, event and holds stay there')
    .argument('<URL>', 'the gateway of any deployment')
    .option('--event <ID>', 'an event that is there and that nobody else buys from, in place of one of its own')
    .option('--inventory <URL>', 'where to make its own event, if not in the platform of TACOS_DATA_DIR')
    .option('--token <TOKEN>', "an organizer's token, to make it with")
    .option('--grpc <HOST:PORT>', 'the reservation service over gRPC, for every other user, if not that of the platform of TACOS_DATA_DIR')
    .option('--grpc-inventory <HOST:PORT>', 'the inventory over gRPC, for public figures')
    .option('--users <N>', 'how many compete (8)')
    .option('--requests <N>', 'how often each asks (40)')
    .option('--duration <SECONDS>', 'for how long they ask, in place of how often')
    .option('--seed <N>', 'what they do is drawn from this number (1)')
    .option('--json', 'print the verdict as JSON')
    .action(async (url, options) => ended(await (await import('./commands/verify.ts')).verify(url, options)));
  addDlqCommands(program, ended);
  program
    .command('doctor')
    .description('look for what could keep the platform from working, and say how to mend it; exit code 1 when something is found')
    .option('--json', 'print the findings as JSON')
    .option('--mishaps', 'print everything that it recognises, as a page, and look for nothing')
    .action(async (options) => ended(await (await import('./commands/doctor.ts')).doctor(options)));
  addExportCommands(program, ended);
  program
    .command('backup')
    .description('copy history, journal and keys into an empty directory elsewhere, while the platform runs; services that run apart are stopped first')
    .argument('<DIR>')
    .action(async (directory) => ended(await (await import('./commands/backup.ts')).backup(directory)));
  program
    .command('restore')
    .description('bring a backup back into the empty directory that TACOS_DATA_DIR names')
    .argument('<DIR>')
    .action(async (directory) => ended(await (await import('./commands/restore.ts')).restore(directory)));
}

function addExportCommands(program: Command, ended: (exitCode: number) => void): void {
  const exported = program.command('export').description('write what the data directory holds to standard output, beside the running platform').helpCommand(false);
  const narrowed = (name: string, description: string) =>
    exported
      .command(name)
      .description(description)
      .option('--csv', 'as CSV, for a spreadsheet')
      .option('--json', 'as JSON')
      .option('--event <ID>', 'of this event only')
      .option('--from <TIME>', 'of orders made then or later: a date or an instant')
      .option('--to <TIME>', 'of orders made before then');
  narrowed('orders', 'every order, paid or refunded, a row each').action(async (options) => ended(await (await import('./commands/export-orders.ts')).exportOrders(options)));
  narrowed('tickets', 'every ticket, valid or void, a row each: the list for a door').action(async (options) => ended(await (await import('./commands/export-tickets.ts')).exportTickets(options)));
}

function addDlqCommands(program: Command, ended: (exitCode: number) => void): void {
  const dlq = program.command('dlq').description('messages that the worker of the running platform has given up, and webhooks that nobody has accepted').helpCommand(false);
  dlq
    .command('list')
    .description('all of them, each with the reason of its last attempt, the first given up first; exit code 1 where a service did not answer')
    .option('--json', 'print them as JSON')
    .action(async (options) => ended(await (await import('./commands/dlq.ts')).listDeadLetters(options)));
  dlq
    .command('show')
    .description('one of them, as it came')
    .argument('<ID>')
    .option('--json', 'print it as JSON')
    .action(async (id, options) => ended(await (await import('./commands/dlq.ts')).showDeadLetter(id, options)));
  dlq
    .command('replay')
    .description('have the worker work on them again, from their first attempt on')
    .argument('[ID...]')
    .option('--all', 'all that there are')
    .action(async (ids, options) => ended(await (await import('./commands/dlq.ts')).replayDeadLetters(ids, options)));
}
