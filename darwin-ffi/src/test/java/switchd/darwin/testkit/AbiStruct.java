package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.MemorySegment;

/// A struct in a caller's memory, read and written by the compiler's offsets.
@SuppressWarnings("restricted")
final class AbiStruct {
    private final String struct;
    private final MemorySegment memory;

    /// Fails with `EFAULT` at address 0, and with an exception of Java's where the caller's memory
    /// is too short.
    AbiStruct(String struct, MemorySegment memory) {
        this.struct = struct;
        this.memory = at(memory, Abi.size(struct));
    }

    /// The struct that a pointer points to.
    static AbiStruct at(String struct, long address) {
        return new AbiStruct(
                struct, MemorySegment.ofAddress(address).reinterpret(Abi.size(struct)));
    }

    /// Entry `index` of an array of structs.
    static AbiStruct at(String struct, MemorySegment array, long index) {
        Refused.when(array.address() == 0, "EFAULT");
        return new AbiStruct(struct, array.asSlice(index * Abi.size(struct)));
    }

    /// `length` bytes of a caller's memory.
    static MemorySegment at(MemorySegment memory, long length) {
        Refused.when(memory.address() == 0, "EFAULT");
        return memory.asSlice(0, length);
    }

    /// `length` bytes that a pointer points to.
    static MemorySegment at(long address, long length) {
        Refused.when(address == 0 && length != 0, "EFAULT");
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    MemorySegment memory() {
        return memory;
    }

    int getByte(String... path) {
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, Abi.offset(struct, path)));
    }

    int getShort(String... path) {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT_UNALIGNED, Abi.offset(struct, path)));
    }

    int getInt(String... path) {
        return memory.get(JAVA_INT_UNALIGNED, Abi.offset(struct, path));
    }

    long getLong(String... path) {
        return memory.get(JAVA_LONG_UNALIGNED, Abi.offset(struct, path));
    }

    /// A name of an interface, as far as its NUL or its fifteenth byte.
    String getName(String... path) {
        byte[] bytes = getBytes((int) Abi.constant("IFNAMSIZ") - 1, path);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, US_ASCII);
    }

    byte[] getBytes(int length, String... path) {
        return memory.asSlice(Abi.offset(struct, path), length).toArray(JAVA_BYTE);
    }

    AbiStruct setByte(int value, String... path) {
        memory.set(JAVA_BYTE, Abi.offset(struct, path), (byte) value);
        return this;
    }

    AbiStruct setShort(int value, String... path) {
        memory.set(JAVA_SHORT_UNALIGNED, Abi.offset(struct, path), (short) value);
        return this;
    }

    AbiStruct setInt(int value, String... path) {
        memory.set(JAVA_INT_UNALIGNED, Abi.offset(struct, path), value);
        return this;
    }

    AbiStruct setLong(long value, String... path) {
        memory.set(JAVA_LONG_UNALIGNED, Abi.offset(struct, path), value);
        return this;
    }

    /// A name of an interface, filled up with NULs.
    AbiStruct setName(String name, String... path) {
        byte[] bytes = new byte[(int) Abi.constant("IFNAMSIZ")];
        System.arraycopy(name.getBytes(US_ASCII), 0, bytes, 0, name.length());
        return setBytes(bytes, path);
    }

    AbiStruct setBytes(byte[] bytes, String... path) {
        memory.asSlice(Abi.offset(struct, path), bytes.length)
                .copyFrom(MemorySegment.ofArray(bytes));
        return this;
    }
}
