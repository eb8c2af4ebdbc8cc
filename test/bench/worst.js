export const worstReport = async () => {};
