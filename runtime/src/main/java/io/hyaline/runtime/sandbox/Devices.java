package io.hyaline.runtime.sandbox;

import java.io.File;

/** Device files. */
final class Devices {

    static final File NULL = new File("/dev/null");

    private Devices() {}
}
