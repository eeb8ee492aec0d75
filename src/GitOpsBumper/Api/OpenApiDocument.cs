namespace GitOpsBumper.Api;

/// <summary>The description of the API, as it is built in.</summary>
internal static class OpenApiDocument
{
    private static readonly Lazy<byte[]> Read = new(() =>
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("GitOpsBumper.Api.openapi.json")
            ?? throw new InvalidOperationException("the description of the API is not built in");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    });

    /// <summary>JSON in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Bytes => Read.Value;
}
