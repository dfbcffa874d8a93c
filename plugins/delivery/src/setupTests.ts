import '@testing-library/jest-dom';

// Whole cards are rendered, on machines that do other things too.
jest.setTimeout(30_000);
