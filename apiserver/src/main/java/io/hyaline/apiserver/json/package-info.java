/** JSON trees and YAML text, read as kubectl reads them. */
@NullMarked
package io.hyaline.apiserver.json;

import org.jspecify.annotations.NullMarked;
