module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
    {
      // Compares the style sheet, as a file, with Material UI's palette.
      files: ['src/theme/palette.test.ts'],
      rules: { 'no-restricted-imports': 'off' },
    },
  ],
});
