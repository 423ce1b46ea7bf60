import { render } from 'preact';
import { App } from './app.tsx';
import { connect } from './live.ts';
import './style/base.css';
import './style/shell.css';
import './style/live.css';
import './style/panels.css';
import './style/lists.css';
import './style/pages.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
void connect();
