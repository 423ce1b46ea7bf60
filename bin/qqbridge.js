#!/usr/bin/env node
import module from 'node:module';

// Compiled code is kept from run to run where Node can do that (22.8 and newer), which shortens the start.
module.enableCompileCache?.();

const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv);
