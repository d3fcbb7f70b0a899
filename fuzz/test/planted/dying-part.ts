/** A process that dies as soon as it is told what to do. */
process.on('message', () => {
  process.stderr.write('planted last words\n');
  process.exit(7);
});
