package io.kvstore.server;

import io.kvstore.storage.StorageMode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs a class of tests over real sockets against a server of every mode. */
@Documented
@Tag("http")
@ParameterizedClass(name = "mode {0}")
@EnumSource(StorageMode.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EveryMode {}
