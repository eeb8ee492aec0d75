using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>Commits in one pack, which git takes in with one process however many there are.</summary>
/// <seealso href="https://git-scm.com/docs/gitformat-pack"/>
internal static class CommitPack
{
    private const int Version = 2;
    private const int Commit = 1;

    /// <param name="commits">Each whole.</param>
    /// <param name="isLong">Whether the repository is one of SHA-256.</param>
    public static byte[] Create(IReadOnlyList<byte[]> commits, bool isLong)
    {
        using var pack = new MemoryStream();
        Span<byte> header = stackalloc byte[12];
        "PACK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Version);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], commits.Count);
        pack.Write(header);
        foreach (var commit in commits)
        {
            WriteLength(pack, commit.Length);
            using var deflated = new ZLibStream(pack, CompressionLevel.Fastest, leaveOpen: true);
            deflated.Write(commit);
        }

        var content = pack.GetBuffer().AsSpan(0, (int)pack.Length);
#pragma warning disable CA5350 // The checksum that the format has.
        pack.Write(isLong ? SHA256.HashData(content) : SHA1.HashData(content));
#pragma warning restore CA5350
        return pack.ToArray();
    }

    /// <summary>The kind and the lowest four bits, then seven bits a byte, the highest bit telling that more follow.</summary>
    private static void WriteLength(MemoryStream pack, int length)
    {
        var low = (Commit << 4) | (length & 0xf);
        for (var rest = length >> 4; ; rest >>= 7)
        {
            pack.WriteByte((byte)(rest > 0 ? low | 0x80 : low));
            if (rest == 0)
                return;
            low = rest & 0x7f;
        }
    }
}
