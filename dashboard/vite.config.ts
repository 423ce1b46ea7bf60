import { defineConfig } from 'vite';

/** The page that the admin listener serves from `dist/dashboard`. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page lets no script write another into it.
    modulePreload: false,
    assetsInlineLimit: 0,
    // The licences of what is bundled go along.
    license: true,
  },
});
