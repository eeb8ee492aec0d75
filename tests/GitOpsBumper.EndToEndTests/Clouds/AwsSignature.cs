using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>Checks the signature of a request as AWS does, from the request as it arrived.</summary>
/// <seealso href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>
internal static class AwsSignature
{
    /// <summary>Null when it is right, else what is wrong.</summary>
    /// <param name="request">With a path of <c>/</c> and without a query.</param>
    /// <param name="body">Of it.</param>
    /// <param name="scope">Key, region and service that it has to be for.</param>
    /// <param name="secret">That belongs to the key.</param>
    public static string? Check(HttpRequest request, string body, (string Key, string Region, string Service) scope, string secret)
    {
        var parts = request.Headers.Authorization.ToString().Replace("AWS4-HMAC-SHA256 ", "", StringComparison.Ordinal).Split(", ")
            .Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[^1], StringComparer.Ordinal);
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [var key, var date, var region, var service, "aws4_request"])
            return "there is no signature";
        if ((key, region, service) != scope)
            return $"the scope is {key}, {region}, {service}";
        var signed = parts["SignedHeaders"].Split(';');
        if (!signed.Contains("host") || !signed.Contains("x-amz-target"))
            return "host and target are not signed";
        var headers = string.Concat(signed.Select(name => $"{name}:{(name == "host" ? request.Host.ToString() : request.Headers[name].ToString()).Trim()}\n"));
        var canonical = $"{request.Method}\n/\n\n{headers}\n{parts["SignedHeaders"]}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}";
        var text = $"AWS4-HMAC-SHA256\n{request.Headers["X-Amz-Date"]}\n{date}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signing = new[] { date, region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{secret}"), Sign);
        return Hex(Sign(signing, text)) == parts["Signature"] ? null : $"the signature does not fit:\n{canonical}";
    }

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
