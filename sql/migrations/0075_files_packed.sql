-- The files of banks are XML and pack to a tenth or less; what was kept before stays as it is.
ALTER TABLE bank_file
ADD COLUMN packing text NOT NULL DEFAULT 'none',
ADD CONSTRAINT bank_file_packing_known CHECK (packing IN ('none', 'zlib')),
ADD CONSTRAINT bank_file_out_not_packed CHECK (direction = 'in' OR packing = 'none');
