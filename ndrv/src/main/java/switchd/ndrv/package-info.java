/// The `PF_NDRV` frame writer.
package switchd.ndrv;
