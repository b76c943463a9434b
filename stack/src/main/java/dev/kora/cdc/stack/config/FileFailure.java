package dev.kora.cdc.stack.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What keeps a file from being used, in words: the messages of Java's exceptions are often no more than a path. */
public final class FileFailure {
    private FileFailure() {}

    /**
     * Such as "permission denied".
     *
     * @param file that the sentence around it speaks of; where it is another one that cannot be used, that is named
     */
    public static String of(IOException e, Path file) {
        String why = why(e);
        boolean other = e instanceof FileSystemException failure
                && failure.getFile() != null
                && !failure.getFile().equals(file.toString());
        return other ? "%s (%s)".formatted(why, ((FileSystemException) e).getFile()) : why;
    }

    private static String why(IOException e) {
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return lowerFirst(failure.getReason());
        }
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException exists -> "something else is in its place";
            case CharacterCodingException coding -> "it is no UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
