using System.Buffers.Binary;
using System.Text;

namespace GitOpsBumper.EndToEndTests.Traces;

/// <summary>A protobuf message without its schema: what stands in a field is what the reader takes it for.</summary>
/// <seealso href="https://protobuf.dev/programming-guides/encoding/"/>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        while (!bytes.IsEmpty)
        {
            var key = ReadNumber(ref bytes);
            var length = (key & 7) switch
            {
                0 => LengthOfNumber(bytes),
                1 => 8,
                2 => (int)ReadNumber(ref bytes),
                5 => 4,
                var type => throw new InvalidOperationException($"wire type {type} is not known"),
            };
            message._fields.Add(((int)(key >> 3), bytes[..length]));
            bytes = bytes[length..];
        }

        return message;
    }

    public IEnumerable<ProtoMessage> Messages(int field) => All(field).Select(Parse);

    public string Text(int field) => Encoding.UTF8.GetString(All(field).SingleOrDefault().Span);

    public string Hex(int field) => Convert.ToHexStringLower(All(field).SingleOrDefault().Span);

    public ulong Number(int field)
    {
        var bytes = All(field).SingleOrDefault();
        return bytes.IsEmpty ? 0 : ReadNumber(ref bytes);
    }

    public ulong Fixed64(int field) => BinaryPrimitives.ReadUInt64LittleEndian(All(field).Single().Span);

    private IEnumerable<ReadOnlyMemory<byte>> All(int field) => _fields.Where(entry => entry.Field == field).Select(entry => entry.Bytes);

    private static int LengthOfNumber(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes;
        ReadNumber(ref rest);
        return bytes.Length - rest.Length;
    }

    private static ulong ReadNumber(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes.Span[0];
            bytes = bytes[1..];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
                return value;
        }
    }
}
