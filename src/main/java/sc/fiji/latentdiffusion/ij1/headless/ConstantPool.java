/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1.headless;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A class file with the constants that its code refers to: the names of classes, fields and methods
 * (Java Virtual Machine Specification, chapter 4.4). Other classes take the place of some by
 * changing these names; the code itself stays.
 */
final class ConstantPool {

  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int METHOD = 10;

  /** A constant: its tag and the bytes after the tag; null behind one that takes two places. */
  private record Constant(int tag, byte[] bytes) {}

  private final byte[] head;
  private final List<Constant> constants = new ArrayList<>();
  private final byte[] rest;

  /** Reads a class file. */
  ConstantPool(byte[] file) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    head = in.readNBytes(8);
    int count = in.readUnsignedShort();
    constants.add(null);
    while (constants.size() < count) {
      int tag = in.readUnsignedByte();
      constants.add(new Constant(tag, tag == UTF8 ? text(in) : in.readNBytes(length(tag))));
      if (tag == 5 || tag == 6) {
        constants.add(null);
      }
    }
    rest = in.readAllBytes();
  }

  private static byte[] text(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    byte[] text = new byte[length + 2];
    text[0] = (byte) (length >> 8);
    text[1] = (byte) length;
    in.readFully(text, 2, length);
    return text;
  }

  private static int length(int tag) throws IOException {
    return switch (tag) {
      case CLASS, 8, 16, 19, 20 -> 2;
      case 15 -> 3;
      case 3, 4, 9, METHOD, 11, 12, 17, 18 -> 4;
      case 5, 6 -> 8;
      default -> throw new IOException("a constant of the unknown kind " + tag);
    };
  }

  private String className(int index) throws IOException {
    return string(number(constants.get(index).bytes(), 0));
  }

  private String string(int index) throws IOException {
    return new DataInputStream(new ByteArrayInputStream(constants.get(index).bytes())).readUTF();
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 255) << 8 | bytes[at + 1] & 255;
  }

  /** Changes names and types. */
  void rename(UnaryOperator<String> names) throws IOException {
    for (int i = 1; i < constants.size(); i++) {
      if (constants.get(i) != null && constants.get(i).tag() == UTF8 && isPath(constants.get(i))) {
        String before = string(i);
        String after = names.apply(before);
        if (!after.equals(before)) {
          constants.set(i, utf8(after));
        }
      }
    }
  }

  /** Names of classes have a slash, and so have types with them. */
  private static boolean isPath(Constant text) {
    for (byte character : text.bytes()) {
      if (character == '/') {
        return true;
      }
    }
    return false;
  }

  /** Makes all calls of a static method call the method of that name and type of another class. */
  void redirect(String owner, String name, String type, String newOwner) throws IOException {
    constants.add(utf8(newOwner));
    constants.add(new Constant(CLASS, pair(constants.size() - 1)));
    int replacement = constants.size() - 1;
    for (int i = 1; i < constants.size(); i++) {
      Constant constant = constants.get(i);
      if (constant != null && constant.tag() == METHOD && refers(constant, owner, name, type)) {
        int nameAndType = number(constant.bytes(), 2);
        constants.set(i, new Constant(METHOD, pair(replacement, nameAndType)));
      }
    }
  }

  private boolean refers(Constant method, String owner, String name, String type)
      throws IOException {
    byte[] nameAndType = constants.get(number(method.bytes(), 2)).bytes();
    return className(number(method.bytes(), 0)).equals(owner)
        && string(number(nameAndType, 0)).equals(name)
        && string(number(nameAndType, 2)).equals(type);
  }

  private static byte[] pair(int... numbers) {
    byte[] bytes = new byte[2 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      bytes[2 * i] = (byte) (numbers[i] >> 8);
      bytes[2 * i + 1] = (byte) numbers[i];
    }
    return bytes;
  }

  private static Constant utf8(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new DataOutputStream(bytes).writeUTF(text);
    return new Constant(UTF8, bytes.toByteArray());
  }

  /** Returns the class file. */
  byte[] file() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(head);
    out.writeShort(constants.size());
    for (Constant constant : constants) {
      if (constant != null) {
        out.write(constant.tag());
        out.write(constant.bytes());
      }
    }
    out.write(rest);
    return bytes.toByteArray();
  }
}
