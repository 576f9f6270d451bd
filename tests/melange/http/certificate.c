/* See certificate.h. */
#include "certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static char *
path_of (const char *folder, const char *name, const char *suffix)
{
	g_autofree char *file = g_strconcat (name, suffix, NULL);

	return g_build_filename (folder, file, NULL);
}

char *
certificate_path (const char *folder, const char *name)
{
	return path_of (folder, name, ".pem");
}

char *
certificate_key_path (const char *folder, const char *name)
{
	return path_of (folder, name, ".key");
}

static FILE *
open_file (const char *path, const char *mode)
{
	FILE *file = fopen (path, mode);

	if (!file)
		g_error ("%s cannot be opened", path);
	return file;
}

static void
add_extension (X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, kind, value);

	if (!extension || X509_add_ext (certificate, extension, -1) != 1)
		g_error ("no extension %s", value);
	X509_EXTENSION_free (extension);
}

static void
sign (X509 *certificate, EVP_PKEY *key, const char *folder, const char *issuer)
{
	g_autofree char *path = issuer ? certificate_path (folder, issuer) : NULL;
	g_autofree char *key_path = issuer ? certificate_key_path (folder, issuer) : NULL;
	X509 *authority = certificate;
	EVP_PKEY *authority_key = key;

	if (issuer) {
		FILE *file = open_file (path, "r"), *key_file = open_file (key_path, "r");

		authority = PEM_read_X509 (file, NULL, NULL, NULL);
		authority_key = PEM_read_PrivateKey (key_file, NULL, NULL, NULL);
		fclose (file);
		fclose (key_file);
	}
	X509_set_issuer_name (certificate, X509_get_subject_name (authority));
	if (X509_sign (certificate, authority_key, EVP_sha256 ()) == 0)
		g_error ("no signature");
	if (issuer) {
		X509_free (authority);
		EVP_PKEY_free (authority_key);
	}
}

void
certificate_make (const char *folder, const char *name, const char *issuer, const char *host, long seconds)
{
	static long serial = 1;
	g_autofree char *path = certificate_path (folder, name);
	g_autofree char *key_path = certificate_key_path (folder, name);
	EVP_PKEY *key = EVP_EC_gen ("P-256");
	X509 *certificate = X509_new ();
	FILE *file = open_file (path, "w"), *key_file = open_file (key_path, "w");

	X509_set_version (certificate, X509_VERSION_3);
	ASN1_INTEGER_set (X509_get_serialNumber (certificate), serial++);
	X509_gmtime_adj (X509_getm_notBefore (certificate), -7200);
	X509_gmtime_adj (X509_getm_notAfter (certificate), seconds);
	X509_set_pubkey (certificate, key);
	X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_ASC,
	                            (const unsigned char *)name, -1, -1, 0);
	if (!issuer)
		add_extension (certificate, NID_basic_constraints, "critical,CA:TRUE");
	if (host)
		add_extension (certificate, NID_subject_alt_name, host);
	sign (certificate, key, folder, issuer);
	if (PEM_write_X509 (file, certificate) != 1 ||
	    PEM_write_PrivateKey (key_file, key, NULL, NULL, 0, NULL, NULL) != 1)
		g_error ("%s cannot be written", path);
	fclose (file);
	fclose (key_file);
	X509_free (certificate);
	EVP_PKEY_free (key);
}
