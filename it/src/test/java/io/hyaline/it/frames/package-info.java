/** HTTP/2 frame by frame, for tests that look at what a proxy writes and that may break the rules. */
package io.hyaline.it.frames;
