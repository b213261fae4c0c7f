package sc.fiji.latentdiffusion.ij1.headless.widgets;

/** A menu or a menu bar. */
public interface MenuContainer {}
