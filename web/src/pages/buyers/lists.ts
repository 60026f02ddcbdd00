// What lists of customers have in common.

export const kAtOnce = 20;
export const kMost = 1000; // that are given at once; all are in the table to download

export const shortName = (customer: string): string => customer.slice(0, 8);
