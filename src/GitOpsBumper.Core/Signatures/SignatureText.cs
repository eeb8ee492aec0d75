using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace GitOpsBumper.Core.Signatures;

/// <summary>What all forms of signatures share: base64, careful JSON, and the sentences for what is wrong.</summary>
internal static class SignatureText
{
    public const string OtherKey = "is by another key, or of other content";
    public const string Keyless = "was made with a certificate, without a key; such signatures are not read";

    /// <summary>A document that names a field twice would be read differently by whoever signed it.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Words of whoever pushed the signature, for a sentence: short, and on one line.</summary>
    public static string Quote(string text) => Shortened.Text(string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))));

    /// <summary>White space does not count; false also for nothing at all.</summary>
    public static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = [];
        if (base64.Length > ImageSignature.MaxBytes * 2 || !Base64.IsValid(base64))
            return false;
        bytes = Convert.FromBase64String(base64);
        return bytes.Length > 0;
    }

    /// <summary>Null when it is missing or of another type.</summary>
    public static JsonElement? Child(JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    public static string? Text(JsonElement element, string name) => Child(element, name, JsonValueKind.String)?.GetString();

    /// <summary>What DSSE signs instead of the payload alone, so that it cannot be taken for something of another type.</summary>
    /// <seealso href="https://github.com/secure-systems-lab/dsse/blob/master/protocol.md"/>
    public static byte[] PreAuthenticationEncoding(string type, byte[] payload)
    {
        var typeBytes = Encoding.UTF8.GetBytes(type);
        return [.. Encoding.UTF8.GetBytes($"DSSEv1 {typeBytes.Length} "), .. typeBytes, .. Encoding.UTF8.GetBytes($" {payload.Length} "), .. payload];
    }
}
