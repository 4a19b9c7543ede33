// Peers that bring no types, or others than those of the file in use.
declare module "convnetjs" {
  const convnetjs: any;
  export default convnetjs;
}
declare module "brain.js/dist/neural-network.js" {
  const module: { default: any };
  export default module;
}
