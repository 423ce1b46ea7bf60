import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readActionName } from '../../src/onebot/action-name.ts';

test('every spelling that a bot may take for an action comes to one name', () => {
  for (const action of [
    'set_group_kick',
    'set_group_kick_async',
    'set_group_kick_rate_limited',
    'set_group_kick_async_rate_limited_async',
    '/set_group_kick/',
    ' set_group_kick\n',
    '.set_group_kick',
    './/set_group_kick/_async/',
    'SET_GROUP_KICK',
    'setGroupKick',
    'SetGroupKickAsync',
  ]) {
    assert.equal(readActionName(action).plain, 'set_group_kick', action);
  }
});

test('a name of nothing but edges or suffixes, however long, is read at once', () => {
  assert.equal(readActionName(`${'/'.repeat(1e6)}a${' '.repeat(1e6)}`).plain, 'a');
  assert.equal(readActionName('_async').plain, '');
});
