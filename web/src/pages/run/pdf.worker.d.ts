// The part of pdf.js that reads files; it has no types of its own.
declare module 'pdfjs-dist/build/pdf.worker.mjs'
